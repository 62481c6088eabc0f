#include "check_command.hpp"
#include "connect_command.hpp"
#include "exit_code.hpp"
#include "serve_command.hpp"

#include <parley/version.hpp>

#include <algorithm>
#include <exception>
#include <string>

#include <CLI/CLI.hpp>

namespace {

using parley::tool::CheckSettings;
using parley::tool::ConnectSettings;
using parley::tool::ExitCode;
using parley::tool::ServeSettings;

constexpr const char* kExitCodes =
    "Exit codes:\n"
    "  0  ok\n"
    "  1  the connection failed or ended abnormally; check: a case failed or was not run\n"
    "  2  usage: unknown option, bad URL, bad close code\n"
    "  3  could not listen";

/// TLS, proxies, addresses, cookies: what lies between the URL and the open connection.
void addWay(CLI::App& command, ConnectSettings& to) {
  command
      .add_option("--ca", to.caFile,
                  "Certificates (PEM) of the authorities to trust, instead of the system's")
      ->type_name("FILE");
  command
      .add_option("--crl", to.crlFile, "Revocation lists (PEM): check the whole chain with them")
      ->type_name("FILE");
  CLI::Option* certificate =
      command.add_option("--cert", to.certificateFile, "Certificate (PEM) of ours, with its chain")
          ->type_name("FILE");
  CLI::Option* key = command.add_option("--key", to.keyFile, "Its private key (PEM)")
                         ->type_name("FILE")
                         ->needs(certificate);
  certificate->needs(key);
  command
      .add_option("--pin", to.pins,
                  "Key that the server must have: sha256//BASE64 of its public key; repeatable")
      ->type_name("PIN")
      ->allow_extra_args(false);
  command.add_flag("--insecure", to.insecure,
                   "Do not verify the server: anybody on the way can read and change everything");
  command
      .add_option("--proxy", to.proxy,
                  "http:, https:, socks5: or socks5h: URL; '' for none\n"
                  "(default: https_proxy, http_proxy, all_proxy and no_proxy)")
      ->type_name("URL");
  command
      .add_option("--resolve", to.resolve,
                  "HOST:PORT:ADDRESS[,ADDRESS...]: use these addresses; '*' for any host;\n"
                  "repeatable")
      ->type_name("RULE")
      ->allow_extra_args(false);
  command
      .add_option("--cookie-jar", to.cookieJar,
                  "File of cookies (as curl writes it) to send from and to keep new ones in")
      ->type_name("FILE");
  command.add_option("--max-redirects", to.maxRedirects, "Redirects to follow (default: 0)")
      ->type_name("N")
      ->check(CLI::Range(0, 50));
}

CLI::App* addConnect(CLI::App& app, ConnectSettings& to) {
  CLI::App* command = app.add_subcommand("connect", "Talk to a WebSocket server");
  command->footer(
      "On a terminal: a prompt; /help lists its commands. In a pipe: each line of standard input\n"
      "is sent as a message, each message received is printed as a line (binary ones in\n"
      "hexadecimal); at the end of input it waits for answers and closes.\n\n" +
      std::string(kExitCodes));
  command->add_option("url", to.url, "ws:, wss:, http: or https: URL")
      ->required()
      ->type_name("URL");
  command->add_option("--protocol", to.protocols, "Sub-protocol to offer; repeatable")
      ->type_name("NAME")
      ->allow_extra_args(false);
  command->add_option("--header", to.headers, "Header field to send; repeatable")
      ->type_name("'Name: value'")
      ->allow_extra_args(false);
  command->add_option("--origin", to.origin, "Origin to send (default: none)")->type_name("ORIGIN");
  command->add_flag("--binary", to.binary,
                    "Send lines as binary messages, print binary messages raw");
  command->add_option("--close", to.closeCode, "Code to close with: 1000 (default), 3000..4999")
      ->type_name("CODE");
  command->add_option("--reason", to.closeReason, "Reason to close with, at most 123 bytes")
      ->type_name("TEXT");
  command
      ->add_flag("--ping{20}", to.pingSeconds,
                 "Send a Ping every SECONDS (--ping=SECONDS; without a value: 20)")
      ->check(CLI::Range(1, 86400));
  command->add_flag("-v,--verbose", to.verbose,
                    "Explain the handshake and every frame on standard error");
  command->add_option("--unix", to.unixPath, "Connect to this unix socket instead")
      ->type_name("PATH");
  addWay(*command, to);
  command->add_option("--timeout", to.timeoutSeconds, "Longest time for connecting (default: 10)")
      ->type_name("SECONDS")
      ->check(CLI::Range(1, 86400));
  command
      ->add_option("--linger", to.lingerMilliseconds,
                   "Silence after the end of input before closing (default: 500)")
      ->type_name("MS")
      ->check(CLI::Range(0, 86400000));
  return command;
}

CLI::App* addServe(CLI::App& app, ServeSettings& to, bool& echo) {
  CLI::App* command = app.add_subcommand("serve", "Be a WebSocket server, until SIGINT or SIGTERM");
  command->footer(
      "Prints \"listening on URL\" when it is ready. SIGHUP makes it read its certificates "
      "again.\n\n" +
      std::string(kExitCodes));
  CLI::Option* port =
      command->add_option("--port", to.port, "Port; 0: any free one (default: 9000)")
          ->type_name("N");
  CLI::Option* host = command->add_option("--host", to.host, "Address or name (default: 127.0.0.1)")
                          ->type_name("HOST");
  command->add_option("--unix", to.unixPath, "Listen on this unix socket instead")
      ->type_name("PATH")
      ->excludes(port)
      ->excludes(host);
  CLI::Option* certificate =
      command->add_option("--tls-cert", to.tlsCertificate, "Speak TLS: certificate (PEM) and chain")
          ->type_name("FILE")
          ->excludes("--unix");
  CLI::Option* key = command->add_option("--tls-key", to.tlsKey, "Its private key (PEM)")
                         ->type_name("FILE")
                         ->needs(certificate);
  certificate->needs(key);
  command
      ->add_option("--tls-client-ca", to.tlsClientCa,
                   "Let only clients in that have a certificate of this authority (PEM)")
      ->type_name("FILE")
      ->needs(certificate);
  CLI::Option* echoFlag = command->add_flag("--echo", echo, "Send each message back (the default)");
  command->add_flag("--broadcast", to.broadcast, "Send each message to everybody")
      ->excludes(echoFlag);
  command->add_option("--static", to.directory, "Serve the files of DIR over HTTP")
      ->type_name("DIR")
      ->check(CLI::ExistingDirectory);
  command->add_option("--protocol", to.protocols, "Sub-protocol to speak; repeatable")
      ->type_name("NAME")
      ->allow_extra_args(false);
  CLI::Option* origins = command
                             ->add_option("--origin", to.origins,
                                          "Origin to let in besides the server's own; repeatable")
                             ->type_name("ORIGIN")
                             ->allow_extra_args(false);
  command->add_flag("--any-origin", to.anyOrigin, "Let every web page in")->excludes(origins);
  return command;
}

CLI::App* addCheck(CLI::App& app, CheckSettings& to) {
  CLI::App* command =
      app.add_subcommand("check", "Check a server or a client against RFC 6455 and RFC 7692");
  command->footer(
      "With a URL it is a client of a server that echoes messages. With --serve it is a server\n"
      "for clients that echo: GET /getCaseCount answers the number of cases as a message,\n"
      "/runCase?case=N&agent=NAME runs one (from 1), /updateReports?agent=NAME makes the reports\n"
      "and, without --stay, ends it; /getCaseInfo?case=N and /getCaseStatus?case=N answer JSON.\n\n"
      "Verdicts: strict (as the standard says), non-strict (allowed, not recommended),\n"
      "informational (the standard leaves it open), unimplemented (needs an extension that the\n"
      "peer did not agree to), failed (not allowed; what went over the wire is shown).\n\n" +
      std::string(kExitCodes));
  CLI::Option* url = command->add_option("url", to.url, "ws: URL of a server that echoes");
  url->type_name("URL");
  command->add_option("--serve", to.servePort, "Serve clients on this port; 0: any free one")
      ->type_name("PORT")
      ->excludes(url);
  command->add_option("--host", to.host, "Address or name to serve on (default: 127.0.0.1)")
      ->type_name("HOST");
  command
      ->add_option("--case", to.wanted,
                   "Only cases whose id matches, or that begin with it and a dot; repeatable")
      ->type_name("GLOB")
      ->allow_extra_args(false);
  command->add_option("--skip", to.skipped, "Not these; repeatable")
      ->type_name("GLOB")
      ->allow_extra_args(false);
  command->add_flag("--list", to.list, "List the cases (with --serve: those for clients)");
  command->add_option("--json", to.jsonPath, "Write a report as JSON")->type_name("FILE");
  command->add_option("--html", to.htmlPath, "Write a report as a web page")->type_name("FILE");
  command
      ->add_option(
          "--timeout", to.timeoutSeconds,
          "Longest time in which nothing moves in a case (default: 5); shorter waits, such as "
          "for a peer that fails at once, are in proportion")
      ->type_name("SECONDS")
      ->check(CLI::Range(0.1, 3600.0));
  command
      ->add_option("--parallel", to.parallel,
                   "Small cases under way at a time, with a URL (default: 8)")
      ->type_name("N")
      ->check(CLI::Range(1, 256));
  command->add_flag("--stay", to.stay, "Serve further clients after the first reports");
  return command;
}

/// CLI11 may write several lines; a failure gets one.
std::string oneLine(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

ExitCode run(int argc, char** argv) {
  CLI::App app("Talk over WebSockets, or serve them", "parley");
  app.set_version_flag("--version", "parley " + std::string(parley::kVersion));
  app.require_subcommand(1);
  app.footer("\"parley COMMAND --help\" lists the options of a command.\n\n" +
             std::string(kExitCodes));
  CheckSettings checkSettings;
  ConnectSettings connectSettings;
  ServeSettings serveSettings;
  bool echo = false;
  const CLI::App* check = addCheck(app, checkSettings);
  const CLI::App* connect = addConnect(app, connectSettings);
  addServe(app, serveSettings, echo);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // --help and --version are "errors" with code 0.
    if (error.get_exit_code() == 0) return static_cast<ExitCode>(app.exit(error));
    return parley::tool::fail(ExitCode::Usage, oneLine(error.what()));
  }
  if (check->parsed()) return parley::tool::checkPeer(checkSettings);
  // CLI11 writes a zero into what a flag is for, also when it isn't given.
  if (connect->count("--ping") == 0) connectSettings.pingSeconds.reset();
  return connect->parsed() ? parley::tool::connect(connectSettings)
                           : parley::tool::serve(serveSettings);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return static_cast<int>(run(argc, argv));
  } catch (const std::exception& error) {
    return static_cast<int>(parley::tool::fail(ExitCode::Failed, error.what()));
  }
}
