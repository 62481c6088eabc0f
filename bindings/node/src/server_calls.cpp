#include "call.hpp"
#include "failure.hpp"
#include "options.hpp"
#include "server.hpp"

#include <memory>

#include <fcntl.h>

namespace parley::node {

namespace {

ServerHandle& serverOf(Environment& environment, const Arguments& arguments) {
  return knownObject(environment.servers, arguments, "there is no such server");
}

/// (object, options) => id
napi_value makeServer(Environment& environment, const Arguments& arguments) {
  napi_env env = environment.napi();
  const auto* const server = new ServerHandle(environment.shared_from_this(), arguments[0],
                                              serverOptions(Members(env, arguments[1])));
  return index(env, server->id());
}

/// (id, pattern, options)
napi_value addRoute(Environment& environment, const Arguments& arguments) {
  napi_env env = environment.napi();
  const Members members(env, arguments[2]);
  RouteHandling handling;
  members.read("isDecided", handling.isDecided);
  members.read("selectsFirst", handling.selectsFirst);
  serverOf(environment, arguments)
      .addRoute(toText(env, arguments[1]), routeOptions(members), handling);
  return nullptr;
}

std::optional<Failure> listenAs(Server& server, const Members& members) {
  std::optional<std::string> path;
  std::optional<std::string> host;
  std::uint16_t port = 0;
  members.read("path", path);
  members.read("host", host);
  members.read("port", port);
  if (path) return server.listenUnix(*path);
  if (const auto tls = members.object("tls")) {
    const TlsServerOptions options = tlsServerOptions(*tls);
    return host ? server.listenTls(*host, port, options) : server.listenTls(port, options);
  }
  return host ? server.listen(*host, port) : server.listen(port);
}

/// (id, { port, host, path, tls }) => undefined, or the failure
napi_value listen(Environment& environment, const Arguments& arguments) {
  ServerHandle& server = serverOf(environment, arguments);
  const auto failure = listenAs(server.server(), Members(environment.napi(), arguments[1]));
  if (failure) return toObject(environment.napi(), *failure);
  server.hold(true);
  return nullptr;
}

/// (id, descriptor, bytes) => undefined, or the failure. The descriptor stays the caller's.
napi_value adopt(Environment& environment, const Arguments& arguments) {
  ServerHandle& server = serverOf(environment, arguments);
  const std::span<const std::byte> received = toBytes(environment.napi(), arguments[2]);
  const int copy = ::fcntl(static_cast<int>(arguments.index(1)), F_DUPFD_CLOEXEC, 0);
  const auto failure = server.server().adopt(copy, received);
  return failure ? toObject(environment.napi(), *failure) : nullptr;
}

napi_value port(Environment& environment, const Arguments& arguments) {
  return index(environment.napi(), serverOf(environment, arguments).server().port());
}

/// (id, milliseconds): the callback ShutDown follows
napi_value shutDown(Environment& environment, const Arguments& arguments) {
  serverOf(environment, arguments).shutDown(std::chrono::milliseconds(arguments.index(1)));
  return nullptr;
}

napi_value reloadTls(Environment& environment, const Arguments& arguments) {
  const auto failure = serverOf(environment, arguments).server().reloadTls();
  return failure ? toObject(environment.napi(), *failure) : nullptr;
}

napi_value counters(Environment& environment, const Arguments& arguments) {
  napi_env env = environment.napi();
  const ServerCounters counted = serverOf(environment, arguments).server().counters();
  napi_value object = nullptr;
  napi_create_object(env, &object);
  const auto add = [&](const char* name, std::uint64_t count) {
    set(env, object, name, number(env, static_cast<double>(count)));
  };
  add("connections", counted.connections);
  add("accepted", counted.accepted);
  add("rejected", counted.rejected);
  add("requests", counted.requests);
  add("open", counted.open);
  add("droppedMessages", counted.droppedMessages);
  add("closedSlow", counted.closedSlow);
  add("failedTlsHandshakes", counted.failedTlsHandshakes);
  return object;
}

std::unique_ptr<PendingUpgrade> takeUpgrade(Environment& environment, const Arguments& arguments) {
  PendingUpgrade* const pending = environment.upgrades.find(arguments.index(0));
  if (!pending) throw ArgumentError{.message = "this upgrade is decided already"};
  return std::unique_ptr<PendingUpgrade>(pending);
}

/// (upgrade, protocol or null, headers) => is the client still there?
napi_value acceptUpgrade(Environment& environment, const Arguments& arguments) {
  napi_env env = environment.napi();
  std::optional<std::string> protocol;
  if (!isNullish(env, arguments[1])) protocol = toText(env, arguments[1]);
  const Headers headers = toHeaders(env, arguments[2]);
  const auto pending = takeUpgrade(environment, arguments);
  return boolean(env, pending->upgrade().accept(std::move(protocol), headers).has_value());
}

/// (upgrade, status, body, headers)
napi_value rejectUpgrade(Environment& environment, const Arguments& arguments) {
  napi_env env = environment.napi();
  const Headers headers = toHeaders(env, arguments[3]);
  const std::string body = toText(env, arguments[2]);
  const auto pending = takeUpgrade(environment, arguments);
  pending->upgrade().reject(static_cast<int>(arguments.index(1)), body, headers);
  return nullptr;
}

}  // namespace

void defineServerCalls(napi_env env, napi_value exports) {
  define<makeServer>(env, exports, "makeServer");
  define<addRoute>(env, exports, "addRoute");
  define<listen>(env, exports, "listen");
  define<adopt>(env, exports, "adopt");
  define<port>(env, exports, "port");
  define<shutDown>(env, exports, "shutDown");
  define<reloadTls>(env, exports, "reloadTls");
  define<counters>(env, exports, "counters");
  define<acceptUpgrade>(env, exports, "acceptUpgrade");
  define<rejectUpgrade>(env, exports, "rejectUpgrade");
}

}  // namespace parley::node
