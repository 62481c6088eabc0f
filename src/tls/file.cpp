#include "tls/file.hpp"

#include "bytes/ascii.hpp"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace parley::tls {

namespace {

/// Far above what a system's roots or a large revocation list need.
constexpr std::size_t kMaxFileSize = std::size_t{16} << 20;

/// @return 0 or an errno value
int readAll(int fd, std::string& content) {
  char buffer[16384];
  while (content.size() <= kMaxFileSize) {
    const ssize_t size = ::read(fd, buffer, sizeof buffer);
    if (size > 0) {
      content.append(buffer, static_cast<std::size_t>(size));
    } else if (size == 0) {
      return 0;
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return EFBIG;
}

}  // namespace

Error fileError(const NamedFile& file, std::string_view fault) {
  std::string message(file.option);
  message.append(" ").append(file.path).append(": ").append(fault);
  return {.kind = Error::Kind::File, .message = std::move(message)};
}

Error fileError(const NamedFile& file, int systemError) {
  std::string text = std::generic_category().message(systemError);
  if (!text.empty()) text[0] = bytes::toLower(text[0]);
  return fileError(file, text);
}

Result<std::string, Error> readFile(const NamedFile& file) {
  // Not to wait for a writer, should it be a FIFO.
  const int fd = ::open(file.path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return fileError(file, errno);
  std::string content;
  const int error = readAll(fd, content);
  ::close(fd);
  if (error != 0) return fileError(file, error);
  return content;
}

std::optional<FileStamp> stampOf(const std::string& path) noexcept {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
#ifdef __APPLE__
  const timespec& modified = status.st_mtimespec;
#else
  const timespec& modified = status.st_mtim;
#endif
  return FileStamp{.device = static_cast<std::uint64_t>(status.st_dev),
                   .inode = status.st_ino,
                   .size = status.st_size,
                   .seconds = modified.tv_sec,
                   .nanoseconds = modified.tv_nsec};
}

}  // namespace parley::tls
