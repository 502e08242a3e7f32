import KithConnectorKit
import KithCore

/// Contacts, accounts and leads from the export files of customer relationship tools.
public enum CRMExport {
  public static let connector = FileConnector(manifest: manifest)

  static let manifest = [head, contacts, contactsOfServices, accounts, leads, activities].joined(separator: "\n")

  private static let head = """
    name: crm_export
    title: CRM exports
    summary: >-
      Contacts, accounts, leads and activities from the export files of Salesforce, HubSpot, Dynamics 365, Pipedrive
      and other CRMs, and address books as vCard.
    streams:
    """
}
