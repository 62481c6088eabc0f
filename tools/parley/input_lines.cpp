#include "input_lines.hpp"

#include <cerrno>
#include <cstddef>
#include <vector>

#include <unistd.h>

namespace parley::tool {

InputLines::Status InputLines::read(const std::function<void(std::string_view)>& onLine) {
  std::vector<char> buffer(std::size_t{64} << 10);
  const ssize_t size = ::read(fd_, buffer.data(), buffer.size());
  if (size < 0 && (errno == EINTR || errno == EAGAIN)) return Status::More;
  if (size <= 0) {
    if (!pending_.empty()) onLine(pending_);
    pending_.clear();
    return Status::End;
  }
  std::string_view rest(buffer.data(), static_cast<std::size_t>(size));
  for (auto end = rest.find('\n'); end != rest.npos; end = rest.find('\n')) {
    pending_.append(rest.substr(0, end));
    rest.remove_prefix(end + 1);
    onLine(pending_);
    pending_.clear();
  }
  pending_.append(rest);
  return Status::More;
}

}  // namespace parley::tool
