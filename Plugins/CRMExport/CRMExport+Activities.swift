extension CRMExport {
  static let activities = """
      activities:
        summary: A call, message or meeting with somebody that was noted in the CRM.
        record: touchpoint
        layouts:
          salesforce_tasks:
            title: Salesforce, tasks from Data Loader or the weekly data export (CSV, API names)
            detect: [Id, WhoId, Subject, ActivityDate]
            fields:
              key: Id
              channel: {first: [TaskSubtype, Type], \(activityChannels)}
              type: {first: [TaskSubtype, Type], \(activityTypes)}
              occurred_at: {first: [CompletedDateTime, ActivityDate, CreatedDate]}
              subject: Subject
              duration_seconds: CallDurationInSeconds
              user_id: WhoId
          salesforce_events:
            title: Salesforce, events from Data Loader or the weekly data export (CSV, API names)
            detect: [Id, WhoId, Subject, StartDateTime]
            fields:
              key: Id
              channel: {const: sales}
              type: {first: [Type, EventSubtype], map: {Call: call_made, Email: email_sent, "*": meeting_held}}
              occurred_at: {first: [StartDateTime, ActivityDateTime, ActivityDate]}
              subject: Subject
              location: Location
              user_id: WhoId
          salesforce_tasks_warehouse:
            title: Salesforce, the table task of a warehouse (Fivetran)
            detect: [id, _fivetran_synced, who_id, task_subtype]
            fields:
              key: id
              channel: {first: [task_subtype, type], \(activityChannels)}
              type: {first: [task_subtype, type], \(activityTypes)}
              occurred_at: {first: [completed_date_time, activity_date, created_date], zone: UTC}
              subject: subject
              duration_seconds: call_duration_in_seconds
              user_id: who_id
          salesforce_events_warehouse:
            title: Salesforce, the table event of a warehouse (Fivetran)
            detect: [id, _fivetran_synced, who_id, start_date_time]
            fields:
              key: id
              channel: {const: sales}
              type: {first: [type, event_subtype], map: {Call: call_made, Email: email_sent, "*": meeting_held}}
              occurred_at: {first: [start_date_time, activity_date_time, activity_date], zone: UTC}
              subject: subject
              location: location
              user_id: who_id
    """

  private static let activityChannels = """
    map: {Call: phone, Email: email, ListEmail: email, "*": sales}
    """

  private static let activityTypes = """
    map: {Call: call_made, Email: email_sent, ListEmail: email_sent, "*meeting*": meeting_held, "*": activity_noted}
    """
}
