// libwebsockets as a client of `parley check --serve`. usage: lws_client URL

#include "lws_echo.hpp"

#include <cstdlib>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

namespace {

enum class Purpose { Count, Case };

/// One visit; there is one at a time.
struct Visit {
  Purpose purpose;
  Connection connection;
  bool isOver = false;
};

int caseCount = 0;

int onEvent(lws* wsi, lws_callback_reasons reason, void* user, void* data, size_t size) {
  auto* visit = static_cast<Visit*>(lws_get_opaque_user_data(wsi));
  switch (reason) {
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
    case LWS_CALLBACK_CLIENT_CLOSED:
      if (visit != nullptr) visit->isOver = true;
      return 0;
    case LWS_CALLBACK_CLIENT_RECEIVE:
      if (visit->purpose == Purpose::Count) {
        caseCount = std::atoi(std::string(static_cast<const char*>(data), size).c_str());
      } else {
        collect(visit->connection, wsi, data, size);
      }
      return 0;
    case LWS_CALLBACK_CLIENT_WRITEABLE:
      return writeNext(visit->connection, wsi);
    default:
      return lws_callback_http_dummy(wsi, reason, user, data, size);
  }
}

/// Longer than the suite's.
constexpr unsigned kPatienceSeconds = 7;

lws_context* makeContext() {
  static const lws_protocols protocols[] = {{"echo", onEvent, 0, 65536, 0, nullptr, 0},
                                            {nullptr, nullptr, 0, 0, 0, nullptr, 0}};
  lws_context_creation_info info{};
  info.port = CONTEXT_PORT_NO_LISTEN;
  info.protocols = protocols;
  info.extensions = kExtensions;
  info.pt_serv_buf_size = 65536;
  info.options = LWS_SERVER_OPTION_VALIDATE_UTF8;
  return lws_create_context(&info);
}

/// Opens the path, ends when the connection is closed.
void run(const std::string& host, int port, const std::string& path, Purpose purpose) {
  Visit visit{purpose, {}};
  const std::string name = host + ":" + std::to_string(port);
  lws_client_connect_info info{};
  info.context = makeContext();
  info.address = host.c_str();
  info.port = port;
  info.path = path.c_str();
  info.host = name.c_str();
  info.local_protocol_name = "echo";
  info.opaque_user_data = &visit;
  if (lws_client_connect_via_info(&info) != nullptr) {
    while (!visit.isOver && lws_service(info.context, 0) >= 0) {
    }
  }
  lws_context_destroy(info.context);
}

/// In a process of its own: after some cases libwebsockets never comes back, or ends the process.
void runApart(const std::string& host, int port, const std::string& path) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(kPatienceSeconds);
    run(host, port, path, Purpose::Case);
    ::_exit(0);
  }
  ::waitpid(child, nullptr, 0);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const std::string rest = std::string(argv[1]).substr(5);  // behind ws://
  const std::string host = rest.substr(0, rest.find(':'));
  const int port = std::atoi(rest.substr(rest.find(':') + 1).c_str());
  lws_set_log_level(0, nullptr);
  run(host, port, "/getCaseCount", Purpose::Count);
  for (int number = 1; number <= caseCount; ++number) {
    runApart(host, port, "/runCase?case=" + std::to_string(number) + "&agent=libwebsockets");
  }
  runApart(host, port, "/updateReports?agent=libwebsockets");
}
