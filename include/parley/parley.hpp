#pragma once

/// Parley: the browser's WebSocket, natively in C++20. This header includes everything; most
/// programs need only <parley/websocket.hpp>, and servers <parley/server.hpp>.
///
/// @code
/// parley::WebSocket socket("ws://localhost:9000/echo");
/// socket.onopen = [&](const parley::Event&) { socket.send("hello"); };
/// socket.onmessage = [&](const parley::MessageEvent& event) {
///   std::cout << event.data().text() << '\n';
///   socket.close(1000, "done");
/// };
/// parley::run();
/// @endcode

#include <parley/array_buffer.hpp>
#include <parley/blob.hpp>
#include <parley/close_code.hpp>
#include <parley/compression.hpp>
#include <parley/cookie.hpp>
#include <parley/cookie_jar.hpp>
#include <parley/dom_exception.hpp>
#include <parley/event.hpp>
#include <parley/event_target.hpp>
#include <parley/failure.hpp>
#include <parley/file_failure.hpp>
#include <parley/headers.hpp>
#include <parley/hsts.hpp>
#include <parley/hsts_host.hpp>
#include <parley/loop.hpp>
#include <parley/options.hpp>
#include <parley/prepared_message.hpp>
#include <parley/proxy.hpp>
#include <parley/server.hpp>
#include <parley/tls.hpp>
#include <parley/tls_failure.hpp>
#include <parley/tls_options.hpp>
#include <parley/topics.hpp>
#include <parley/url.hpp>
#include <parley/version.hpp>
#include <parley/websocket.hpp>
