#pragma once

#include "bytes/result.hpp"
#include "transport/socket.hpp"

#include <string>

#include <sys/types.h>

namespace parley::transport {

/// The file that a listening Unix domain socket is bound to, removed with this object.
class UnixSocketFile {
 public:
  /// Binds `socket` to `path`. A socket file that nobody listens on any more is removed first;
  /// anything else there is refused (EADDRINUSE).
  static Result<UnixSocketFile, Socket::Error> bind(const Socket& socket, const std::string& path);

  UnixSocketFile(UnixSocketFile&& other) noexcept;
  UnixSocketFile& operator=(UnixSocketFile&&) = delete;
  ~UnixSocketFile();

 private:
  UnixSocketFile(std::string path, dev_t device, ino_t inode) noexcept;

  std::string path_;  // empty: moved from
  dev_t device_;
  ino_t inode_;
};

}  // namespace parley::transport
