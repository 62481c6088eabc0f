#include "serve_command.hpp"

#include "event_pump.hpp"

#include <parley/server.hpp>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <optional>

namespace parley::tool {

namespace {

constexpr std::chrono::seconds kShutdownTime{3};

void sendCopy(const MessageEvent& event, WebSocket to) {
  const MessageData& data = event.data();
  if (data.isText()) {
    to.send(data.text());
  } else {
    to.send(data.bytes());
  }
}

Route routeFor(const ServeSettings& settings, const Server& server) {
  Route route;
  route.protocols = settings.protocols;
  route.origins.allowed = settings.origins;
  route.compression.mode = Compression::Mode::On;
  if (settings.anyOrigin) route.origins.rule = OriginPolicy::Rule::Any;
  if (settings.broadcast) {
    route.onmessage = [&server](const MessageEvent& event) {
      for (const WebSocket& socket : server.sockets()) sendCopy(event, socket);
    };
  } else {
    route.onmessage = [](const MessageEvent& event) { sendCopy(event, event.target()); };
  }
  return route;
}

TlsServerOptions tlsOptions(const ServeSettings& settings) {
  TlsServerOptions options;
  options.identities = {
      {.certificateChainFile = settings.tlsCertificate, .keyFile = settings.tlsKey}};
  if (!settings.tlsClientCa.empty()) {
    options.clientCertificates = TlsServerOptions::ClientCertificates::Require;
    options.clientCaFile = settings.tlsClientCa;
  }
  return options;
}

std::optional<Failure> listen(Server& server, const ServeSettings& settings) {
  if (!settings.unixPath.empty()) return server.listenUnix(settings.unixPath);
  if (!settings.tlsCertificate.empty()) {
    return server.listenTls(settings.host, settings.port, tlsOptions(settings));
  }
  return server.listen(settings.host, settings.port);
}

/// New certificates for new connections; those that are open go on.
void reload(Server& server) {
  if (const auto failure = server.reloadTls()) {
    fmt::print(stderr, "parley: certificates not reloaded: {}\n", failure->message);
  }
}

void announce(const Server& server, const ServeSettings& settings) {
  if (!settings.unixPath.empty()) {
    fmt::print("listening on unix socket {}\n", settings.unixPath);
  } else {
    const bool isIpv6 = settings.host.find(':') != std::string::npos;
    const std::string host = isIpv6 ? "[" + settings.host + "]" : settings.host;
    fmt::print("listening on {}://{}:{}/\n", settings.tlsCertificate.empty() ? "ws" : "wss", host,
               server.port());
  }
  std::fflush(stdout);
}

}  // namespace

ExitCode serve(const ServeSettings& settings) {
  Loop loop;
  Server server(loop);
  server.route("/*", routeFor(settings, server));
  if (!settings.directory.empty()) server.files("/", settings.directory);
  if (const auto failure = listen(server, settings)) {
    return fail(ExitCode::NotListening, failure->message);
  }
  EventPump pump(loop);
  bool isEnding = false;
  pump.onSignals({SIGINT, SIGTERM, SIGHUP}, [&](int signal) {
    if (signal == SIGHUP) return reload(server);
    // A second signal is impatience.
    if (isEnding) return pump.stop();
    isEnding = true;
    server.shutdown(kShutdownTime, [&pump] { pump.stop(); });
  });
  announce(server, settings);
  pump.run();
  return ExitCode::Ok;
}

}  // namespace parley::tool
