#include "check_command.hpp"

#include "check/case_server.hpp"
#include "check/catalogue.hpp"
#include "check/client_run.hpp"
#include "check/progress.hpp"
#include "check/report.hpp"

#include <parley/url.hpp>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <utility>
#include <variant>

namespace parley::tool {

namespace {

using namespace check;  // NOLINT: this file is the bridge between the two

volatile std::sig_atomic_t interrupted = 0;

void noteSignal(int) {
  interrupted = 1;
}

void watchSignals() {
  struct sigaction action {};
  action.sa_handler = noteSignal;
  for (const int signal : {SIGINT, SIGTERM}) ::sigaction(signal, &action, nullptr);
}

Milliseconds patienceOf(const CheckSettings& settings) {
  return Milliseconds(static_cast<std::int64_t>(settings.timeoutSeconds * 1000));
}

/// Writes `text` to the file unless no path is given; false if that fails.
bool write(const std::string& path, const std::string& text) {
  if (path.empty()) return true;
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (file) return true;
  fail(ExitCode::Failed, "can't write " + path);
  return false;
}

/// Everything that a run leaves behind.
ExitCode report(const Run& run, const CheckSettings& settings) {
  fmt::print("{}", textReport(run));
  std::fflush(stdout);
  const bool isWritten =
      write(settings.jsonPath, settings.jsonPath.empty() ? "" : jsonReport(run)) &&
      write(settings.htmlPath, settings.htmlPath.empty() ? "" : htmlReport(run));
  const bool isGood = isWritten && run.count(Verdict::Failed) == 0 && run.countMissing() == 0;
  return isGood ? ExitCode::Ok : ExitCode::Failed;
}

ExitCode list(const Cases& cases) {
  for (const Case& one : cases) {
    fmt::print("{}  [{}]  {}\n", one.id, one.section, one.description);
  }
  return ExitCode::Ok;
}

std::string unbracketed(std::string_view hostname) {
  if (hostname.starts_with('[')) hostname = hostname.substr(1, hostname.size() - 2);
  return std::string(hostname);
}

ExitCode checkServer(const Cases& cases, const CheckSettings& settings) {
  const auto parsed = webSocketUrl(settings.url);
  const Url* url = std::get_if<Url>(&parsed);
  if (!url) return fail(ExitCode::Usage, "'" + settings.url + "' is not a WebSocket URL");
  if (url->scheme() != "ws") return fail(ExitCode::Usage, "only ws: URLs can be checked");
  const auto addresses = resolve(unbracketed(url->hostname()), url->effectivePort().value_or(80));
  if (const auto* error = std::get_if<std::string>(&addresses)) {
    return fail(ExitCode::Failed, *error);
  }
  const auto address = firstListening(std::get<0>(addresses), patienceOf(settings));
  if (const auto* error = std::get_if<std::string>(&address)) {
    return fail(ExitCode::Failed, settings.url + ": " + *error);
  }
  const ClientSettings client{
      .address = std::get<Address>(address),
      .around = {.role = Role::Client,
                 .endpoint = {std::string(url->host()), std::string(url->pathWithQuery())},
                 .patience = patienceOf(settings)},
      .parallel = static_cast<std::size_t>(settings.parallel)};
  Progress progress(cases.size());
  const Clock::time_point start = Clock::now();
  auto results = runAgainstServer(
      cases, client,
      [&progress](const Case& one, const Result& result) { progress.note(one, result); });
  progress.clear();
  const Run run{.role = Role::Client,
                .peer = settings.url,
                .cases = &cases,
                .results = std::move(results),
                .seconds = std::chrono::duration<double>(Clock::now() - start).count()};
  return report(run, settings);
}

ExitCode checkClients(const Cases& cases, const CheckSettings& settings) {
  const auto addresses = resolve(settings.host, settings.servePort.value_or(0));
  if (const auto* error = std::get_if<std::string>(&addresses)) {
    return fail(ExitCode::NotListening, *error);
  }
  auto listener = Socket::listening(std::get<0>(addresses).front());
  if (const auto* error = std::get_if<std::string>(&listener)) {
    return fail(ExitCode::NotListening,
                fmt::format("port {}: {}", settings.servePort.value_or(0), *error));
  }
  const std::uint16_t port = std::get<Socket>(listener).localPort();
  const bool isIpv6 = settings.host.find(':') != std::string::npos;
  const std::string host =
      fmt::format("{}:{}", isIpv6 ? "[" + settings.host + "]" : settings.host, port);
  Progress progress(cases.size());
  std::optional<ExitCode> code;  // nothing: no report yet
  CaseServer* running = nullptr;
  CaseServer server(
      cases, {.role = Role::Server, .endpoint = {host, "/"}, .patience = patienceOf(settings)},
      std::move(std::get<Socket>(listener)),
      [&progress](const Case& one, const Result& result) { progress.note(one, result); },
      [&](const Run& run) {
        progress.clear();
        const ExitCode latest = report(run, settings);
        if (code.value_or(ExitCode::Ok) == ExitCode::Ok) code = latest;
        progress.restart();
        if (!settings.stay) running->stop();
      });
  running = &server;
  watchSignals();
  fmt::print("listening on ws://{}/\n", host);
  std::fflush(stdout);
  server.run([] { return interrupted != 0; });
  progress.clear();
  // Interrupted before the client asked for its reports: it gets one all the same.
  const Run& pending = server.pending();
  if (pending.countMissing() == cases.size()) return code.value_or(ExitCode::Failed);
  return report(pending, settings);
}

}  // namespace

ExitCode checkPeer(const CheckSettings& settings) {
  if (settings.url.empty() == !settings.servePort.has_value() && !settings.list) {
    return fail(ExitCode::Usage, "check: either the URL of a server, or --serve");
  }
  const Role role = settings.servePort ? Role::Server : Role::Client;
  const Cases cases = select(catalogue(role), {settings.wanted, settings.skipped});
  if (cases.empty()) return fail(ExitCode::Usage, "--case: no case of that name");
  if (settings.list) return list(cases);
  return role == Role::Client ? checkServer(cases, settings) : checkClients(cases, settings);
}

}  // namespace parley::tool
