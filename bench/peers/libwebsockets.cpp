// libwebsockets under test, both ends. Its way to send is to ask for a callback when there is room;
// each write needs LWS_PRE bytes before the payload.

#include "../load/frames.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include <libwebsockets.h>

namespace {

struct Message {
  std::vector<unsigned char> bytes;  // LWS_PRE, then the payload
  bool isText = true;
};

struct Session {
  std::vector<Message>* waiting;
  Message* coming;
};

std::string role;
Message toSend;
Message masked;
unsigned long long count = 0;

Message messageOf(const void* bytes, std::size_t size, bool isText) {
  Message message;
  message.bytes.resize(LWS_PRE + size);
  std::memcpy(message.bytes.data() + LWS_PRE, bytes, size);
  message.isText = isText;
  return message;
}

int write(lws* socket, Message& message) {
  const std::size_t size = message.bytes.size() - LWS_PRE;
  const auto kind = message.isText ? LWS_WRITE_TEXT : LWS_WRITE_BINARY;
  return lws_write(socket, message.bytes.data() + LWS_PRE, size, kind) < 0 ? -1 : 0;
}

void received(lws* socket, Session& session, const void* bytes, std::size_t size) {
  if (role == "receive") {
    // Parts of a message come as they come in; only its last one counts.
    if (!lws_is_final_fragment(socket) || lws_remaining_packet_payload(socket) > 0) return;
    if (size != 1 || *static_cast<const char*>(bytes) != '?') {
      ++count;
      return;
    }
    const std::string answer = std::to_string(count);
    session.waiting->push_back(messageOf(answer.data(), answer.size(), true));
  } else {
    if (lws_is_first_fragment(socket)) {
      *session.coming = messageOf(nullptr, 0, !lws_frame_is_binary(socket));
      session.coming->bytes.reserve(LWS_PRE + size + lws_remaining_packet_payload(socket));
    }
    const auto* const start = static_cast<const unsigned char*>(bytes);
    session.coming->bytes.insert(session.coming->bytes.end(), start, start + size);
    if (!lws_is_final_fragment(socket) || lws_remaining_packet_payload(socket) > 0) return;
    session.waiting->push_back(std::move(*session.coming));
  }
  lws_callback_on_writable(socket);
}

int sendOne(lws* socket, Session& session) {
  if (role == "send") {
    lws_callback_on_writable(socket);
    // It masks the payload where it lies.
    std::copy(toSend.bytes.begin(), toSend.bytes.end(), masked.bytes.begin());
    return write(socket, masked);
  }
  auto& waiting = *session.waiting;
  if (waiting.empty()) return 0;
  const int result = write(socket, waiting.front());
  waiting.erase(waiting.begin());
  if (!waiting.empty()) lws_callback_on_writable(socket);
  return result;
}

int onEvent(lws* socket, lws_callback_reasons reason, void* user, void* bytes, std::size_t size) {
  auto* const session = static_cast<Session*>(user);
  switch (reason) {
    case LWS_CALLBACK_ESTABLISHED:
    case LWS_CALLBACK_CLIENT_ESTABLISHED:
      session->waiting = new std::vector<Message>;
      session->coming = new Message;
      if (role == "send") lws_callback_on_writable(socket);
      return 0;
    case LWS_CALLBACK_CLOSED:
    case LWS_CALLBACK_CLIENT_CLOSED:
      delete session->waiting;
      delete session->coming;
      return 0;
    case LWS_CALLBACK_RECEIVE:
    case LWS_CALLBACK_CLIENT_RECEIVE:
      received(socket, *session, bytes, size);
      return 0;
    case LWS_CALLBACK_SERVER_WRITEABLE:
    case LWS_CALLBACK_CLIENT_WRITEABLE:
      return sendOne(socket, *session);
    default:
      return lws_callback_http_dummy(socket, reason, user, bytes, size);
  }
}

const lws_protocols kProtocols[] = {{"bench", onEvent, sizeof(Session), 128 * 1024, 0, nullptr, 0},
                                    {nullptr, nullptr, 0, 0, 0, nullptr, 0}};
const lws_extension kDeflate[] = {
    {"permessage-deflate", lws_extension_callback_pm_deflate, "permessage-deflate"},
    {nullptr, nullptr, nullptr}};

}  // namespace

int main(int argc, char** argv) {
  const auto argument = [&](int index, const char* otherwise) {
    return std::string(argc > index ? argv[index] : otherwise);
  };
  role = argument(1, "");
  lws_set_log_level(LLL_ERR, nullptr);
  lws_context_creation_info info{};
  info.protocols = kProtocols;
  info.pt_serv_buf_size = 128 * 1024;
  info.gid = info.uid = static_cast<decltype(info.uid)>(-1);
  info.iface = "127.0.0.1";
  const bool isServer = role == "serve";
  info.port = isServer ? 0 : CONTEXT_PORT_NO_LISTEN;
  if (isServer && argument(2, "echo") == "deflate") info.extensions = kDeflate;
  lws_context* const context = lws_create_context(&info);
  if (!context) return 1;
  if (isServer) {
    std::printf("%d\n", lws_get_vhost_listen_port(lws_get_vhost_by_name(context, "default")));
    std::fflush(stdout);
  } else {
    const auto payload = bench::pattern(std::strtoul(argument(3, "64").c_str(), nullptr, 10));
    toSend = messageOf(payload.data(), payload.size(), argument(4, "text") == "text");
    masked = toSend;
    lws_client_connect_info client{};
    client.context = context;
    client.address = client.host = client.origin = "127.0.0.1";
    client.port = std::atoi(argument(2, "0").c_str());
    client.path = "/";
    lws_client_connect_via_info(&client);
  }
  while (lws_service(context, 0) >= 0) {
  }
  lws_context_destroy(context);
  return 0;
}
