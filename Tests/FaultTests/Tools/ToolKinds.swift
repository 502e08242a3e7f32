import KithTesting

extension ToolServer.Kind {
  /// Of those who may do everything: Tryton's `admin`, Request Tracker's `root`, Radicale's `hub`.
  static let password = "kith-test-1"

  /// Tryton with parties, sales and opportunities in SQLite; its database is called `hub`.
  static let tryton = ToolServer.Kind(
    programs: ["/usr/bin/trytond", "/usr/bin/trytond-admin"],
    preparation: { port in
      """
      mkdir db
      : >db/hub.sqlite
      printf %s '\(password)' >password
      cat >trytond.conf <<END
      [database]
      uri = sqlite://
      path = $PWD/db
      [web]
      listen = 127.0.0.1:\(port)
      [session]
      authentications = password
      END
      TRYTONPASSFILE=password trytond-admin -c trytond.conf -d hub --email admin@example.org \
        -u party sale sale_opportunity --activate-dependencies
      """
    },
    command: { _ in "exec trytond -c trytond.conf -d hub" })

  /// Request Tracker 5 in SQLite.
  static let requestTracker = ToolServer.Kind(
    programs: ["/usr/share/request-tracker5/libexec/rt-server", "/usr/sbin/rt-setup-database-5"],
    preparation: { port in
      """
      mkdir -p none var/mason var/sessions
      printf %s '\(password)' >password
      cat >settings.pm <<END
      \\$RT::VarPath = "$PWD/var";
      \\$RT::MasonDataDir = "$PWD/var/mason";
      \\$RT::MasonSessionDir = "$PWD/var/sessions";
      Set(\\$rtname, "example.org");
      Set(\\$Organization, "example.org");
      Set(\\$Timezone, "UTC");
      Set(\\$DatabaseType, "SQLite");
      Set(\\$DatabaseName, "$PWD/var/rt.sqlite");
      Set(\\$WebDomain, "127.0.0.1");
      Set(\\$WebPort, \(port));
      Set(\\$WebBaseURL, "http://127.0.0.1:\(port)");
      Set(\\$WebPath, "");
      Set(\\$MailCommand, "mbox");
      Set(\\$LogToSyslog, undef);
      Set(\\$LogToSTDERR, "warning");
      1;
      END
      \(ownSettings)
      /usr/sbin/rt-setup-database-5 --action init --skip-create --dba '' --dba-password '' \
        --root-password-file password </dev/null
      """
    },
    command: { port in
      "\(ownSettings); exec /usr/share/request-tracker5/libexec/rt-server --host 127.0.0.1 --port \(port)"
    })

  /// Radicale, a CardDAV server that keeps cards as files.
  static let radicale = ToolServer.Kind(
    programs: ["/usr/bin/radicale"],
    preparation: { port in
      """
      mkdir cards
      echo 'hub:\(password)' >users
      cat >settings <<END
      [server]
      hosts = 127.0.0.1:\(port)
      [auth]
      type = htpasswd
      htpasswd_filename = $PWD/users
      htpasswd_encryption = plain
      [storage]
      filesystem_folder = $PWD/cards
      [rights]
      type = owner_only
      END
      """
    },
    command: { _ in "exec radicale --config settings" })

  /// What it reads in place of the machine's settings.
  private static let ownSettings = #"export RT_SITE_CONFIG="$PWD/settings.pm" RT_SITE_CONFIG_DIR="$PWD/none""#
}
