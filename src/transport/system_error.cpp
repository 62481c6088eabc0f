#include "transport/system_error.hpp"

#include <uv.h>

namespace parley::transport {

namespace {

std::string_view verb(TransportError::Step step) {
  switch (step) {
    case TransportError::Step::Resolve:
      return "resolve ";
    case TransportError::Step::Connect:
      return "connect to ";
    case TransportError::Step::Listen:
      return "listen on ";
    case TransportError::Step::Accept:
      return "accept on ";
    case TransportError::Step::Secure:
      return "secure ";
    case TransportError::Step::Read:
      return "read from ";
    case TransportError::Step::Write:
      return "write to ";
  }
  return "";
}

}  // namespace

std::string describeErrno(int systemError) {
  char text[128];  // uv_strerror() would leak for numbers that it does not know
  return uv_strerror_r(uv_translate_sys_error(systemError), text, sizeof text);
}

TransportError makeError(TransportError::Step step, int systemError, std::string_view subject) {
  std::string message(verb(step));
  message.append(subject).append(": ").append(describeErrno(systemError));
  return {step, systemError, std::move(message), {}, {}};
}

}  // namespace parley::transport
