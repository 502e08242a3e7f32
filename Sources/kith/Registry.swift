import CRMExport
import ECommerceOrders
import EmailPlatform
import KithCore
import OfflineTouchpoints
import SupportDesk
import SurveyTool
import WebAnalytics

/// Every connector that this program has: one line each, beside the one in Package.swift.
enum Registry {
  static let connectors: [any Connector] = [
    CRMExport.connector,
    ECommerceOrders.connector,
    SurveyTool.connector,
    WebAnalytics.connector,
    EmailPlatform.connector,
    SupportDesk.connector,
    OfflineTouchpoints.connector,
  ]

  static var specifications: [ConnectorSpecification] { connectors.map(\.specification) }
}
