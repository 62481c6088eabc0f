#include "call.hpp"
#include "failure.hpp"
#include "options.hpp"
#include "socket.hpp"

#include <array>
#include <memory>
#include <string>

namespace parley::node {

namespace {

Socket& socketOf(Environment& environment, const Arguments& arguments) {
  return knownObject(environment.sockets, arguments, "there is no such socket");
}

/// (object, url, protocols, options) => id
napi_value connect(Environment& environment, const Arguments& arguments) {
  napi_env env = environment.napi();
  std::vector<std::string> protocols;
  std::uint32_t count = 0;
  napi_get_array_length(env, arguments[2], &count);
  for (std::uint32_t at = 0; at < count; ++at) {
    napi_value name = nullptr;
    napi_get_element(env, arguments[2], at, &name);
    protocols.push_back(toText(env, name));
  }
  const Options options = socketOptions(Members(env, arguments[3]));
  WebSocket made(environment.loop(), toText(env, arguments[1]), std::move(protocols), options);
  auto* const socket = new Socket(environment.shared_from_this(), std::move(made));
  socket->attach(arguments[0]);
  return index(env, socket->id());
}

/// (id, object): the object of a socket that a server accepted.
napi_value attach(Environment& environment, const Arguments& arguments) {
  socketOf(environment, arguments).attach(arguments[1]);
  return nullptr;
}

/// (id, string). Node's conversion replaces unpaired surrogates.
napi_value sendText(Environment& environment, const Arguments& arguments) {
  static thread_local std::array<char, 16 * 1024> scratch;
  Socket& socket = socketOf(environment, arguments);
  std::size_t size = 0;
  if (napi_get_value_string_utf8(environment.napi(), arguments[1], scratch.data(), scratch.size(),
                                 &size) != napi_ok) {
    throw ArgumentError{.message = "a string was expected"};
  }
  // The last character may have been cut off from four bytes before the end on.
  if (size + 4 < scratch.size()) {
    socket.socket().send(std::string_view(scratch.data(), size));
  } else {
    socket.socket().send(std::string_view(toText(environment.napi(), arguments[1])));
  }
  return nullptr;
}

/// (id, ArrayBuffer or view)
napi_value sendBytes(Environment& environment, const Arguments& arguments) {
  socketOf(environment, arguments).socket().send(toBytes(environment.napi(), arguments[1]));
  return nullptr;
}

/// (id, bytes): as text, which they are known to be; for `ws`, whose text may be a Buffer.
napi_value sendTextBytes(Environment& environment, const Arguments& arguments) {
  const auto bytes = toBytes(environment.napi(), arguments[1]);
  socketOf(environment, arguments)
      .socket()
      .send(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  return nullptr;
}

/// (id, code or undefined, reason)
napi_value close(Environment& environment, const Arguments& arguments) {
  std::optional<CloseCode> code;
  if (!isNullish(environment.napi(), arguments[1])) code = CloseCode(arguments.index(1));
  socketOf(environment, arguments)
      .socket()
      .close(code, std::string_view(toText(environment.napi(), arguments[2])));
  return nullptr;
}

/// (id, code, reason): any code that may stand in a frame
napi_value closeWith(Environment& environment, const Arguments& arguments) {
  socketOf(environment, arguments)
      .socket()
      .closeWith(CloseCode(arguments.index(1)), toText(environment.napi(), arguments[2]));
  return nullptr;
}

napi_value terminate(Environment& environment, const Arguments& arguments) {
  socketOf(environment, arguments).socket().terminate();
  return nullptr;
}

/// (id, bytes)
napi_value ping(Environment& environment, const Arguments& arguments) {
  socketOf(environment, arguments).socket().ping(toBytes(environment.napi(), arguments[1]));
  return nullptr;
}

napi_value pause(Environment& environment, const Arguments& arguments) {
  socketOf(environment, arguments).socket().pause();
  return nullptr;
}

napi_value resume(Environment& environment, const Arguments& arguments) {
  socketOf(environment, arguments).socket().resume();
  return nullptr;
}

/// (id, is it held?)
napi_value hold(Environment& environment, const Arguments& arguments) {
  socketOf(environment, arguments).hold(toBoolean(environment.napi(), arguments[1]));
  return nullptr;
}

/// (id, Delivery)
napi_value setDelivery(Environment& environment, const Arguments& arguments) {
  socketOf(environment, arguments).setDelivery(static_cast<Delivery>(arguments.index(1)));
  return nullptr;
}

/// (id): from now on the callback Control tells of Pings and Pongs
napi_value watchControl(Environment& environment, const Arguments& arguments) {
  socketOf(environment, arguments).watchControl();
  return nullptr;
}

napi_value readyState(Environment& environment, const Arguments& arguments) {
  return index(environment.napi(), socketOf(environment, arguments).socket().readyState());
}

napi_value bufferedAmount(Environment& environment, const Arguments& arguments) {
  return number(environment.napi(),
                static_cast<double>(socketOf(environment, arguments).socket().bufferedAmount()));
}

napi_value url(Environment& environment, const Arguments& arguments) {
  return text(environment.napi(), socketOf(environment, arguments).socket().url());
}

napi_value protocol(Environment& environment, const Arguments& arguments) {
  return text(environment.napi(), socketOf(environment, arguments).socket().protocol());
}

napi_value extensions(Environment& environment, const Arguments& arguments) {
  return text(environment.napi(), socketOf(environment, arguments).socket().extensions());
}

napi_value remoteAddress(Environment& environment, const Arguments& arguments) {
  return text(environment.napi(), socketOf(environment, arguments).socket().remoteAddress());
}

napi_value failure(Environment& environment, const Arguments& arguments) {
  const auto failure = socketOf(environment, arguments).socket().failure();
  return failure ? toObject(environment.napi(), *failure) : null(environment.napi());
}

napi_value latency(Environment& environment, const Arguments& arguments) {
  const auto latency = socketOf(environment, arguments).socket().latency();
  if (!latency) return null(environment.napi());
  return number(environment.napi(), static_cast<double>(latency->count()));
}

/// The loop has drained the wish of a socket to be gone: for tests of memory.
napi_value socketCount(Environment& environment, const Arguments&) {
  std::uint32_t count = 0;
  for (std::uint32_t id = 0; id < environment.sockets.size(); ++id) {
    if (environment.sockets.find(id)) ++count;
  }
  return index(environment.napi(), count);
}

}  // namespace

void defineSocketCalls(napi_env env, napi_value exports) {
  define<connect>(env, exports, "connect");
  define<attach>(env, exports, "attach");
  define<sendText>(env, exports, "sendText");
  define<sendBytes>(env, exports, "sendBytes");
  define<sendTextBytes>(env, exports, "sendTextBytes");
  define<close>(env, exports, "close");
  define<closeWith>(env, exports, "closeWith");
  define<terminate>(env, exports, "terminate");
  define<ping>(env, exports, "ping");
  define<pause>(env, exports, "pause");
  define<resume>(env, exports, "resume");
  define<hold>(env, exports, "hold");
  define<setDelivery>(env, exports, "setDelivery");
  define<watchControl>(env, exports, "watchControl");
  define<readyState>(env, exports, "readyState");
  define<bufferedAmount>(env, exports, "bufferedAmount");
  define<url>(env, exports, "url");
  define<protocol>(env, exports, "protocol");
  define<extensions>(env, exports, "extensions");
  define<remoteAddress>(env, exports, "remoteAddress");
  define<failure>(env, exports, "failure");
  define<latency>(env, exports, "latency");
  define<socketCount>(env, exports, "socketCount");
}

}  // namespace parley::node
