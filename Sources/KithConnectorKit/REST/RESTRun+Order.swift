import KithCore

/// Lists that are sorted, and those that are not although the manifest says so.
extension RESTRun {
  /// A list that is not sorted as the manifest says is read to its end like any other: until then its place stays where it
  /// was before, also where a page before this one has moved it.
  func tellDisorder(
    _ list: RESTList, _ broken: OrderCheck.Break, _ field: RESTCursorField, _ position: RESTState.Position
  ) async throws(KithError) {
    state.lists[list.key] = position
    if !hasToldDisorder {
      hasToldDisorder = true
      batch.notes.append(
        "\(stream.name): the list is not sorted by \(field.name), although the manifest says so: record "
          + "\(broken.record) of \(broken.place) has \(broken.value.words) after \(broken.before.words). Nothing is lost: "
          + "it is read to its end, and a sync that is stopped before begins it anew. Take sorted: true out of the "
          + "manifest, or have the request sort the list by \(field.name), upwards.")
    }
    try await flush(isLast: false)
  }

  func stuck(_ value: RESTCursorValue?) -> KithError {
    KithError(
      .configuration, "the tool gives \(stream.restartAfter ?? 0) records of one list, and as many have the same value",
      place: stream.name, seen: value?.text, fix: "Ask for less at once: slice_days, or a filter.")
  }

  func unsorted(_ field: RESTCursorField) -> KithError {
    KithError(
      .configuration,
      "the list is not sorted by \(field.name), so what is behind its record \(stream.restartAfter ?? 0) "
        + "cannot be had", place: stream.name,
      fix: "Have the request sort the list, upwards, or ask for less at once: slice_days, or a filter.")
  }
}

extension RESTCursorField {
  /// As the manifest writes it.
  var name: String { RESTListing.names(path)?.joined(separator: ".") ?? "its field" }
}
