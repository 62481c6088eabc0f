#include "transport/unix_socket_file.hpp"

#include "transport/socket_address.hpp"

#include <cerrno>
#include <utility>

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace parley::transport {

namespace {

int bindTo(const Socket& socket, const SocketAddress& address) {
  return ::bind(socket.fd(), address.data(), address.size()) == 0 ? 0 : errno;
}

/// A socket whose listener has died refuses connections; one with a full backlog says EAGAIN.
bool isStale(const SocketAddress& address, const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0 || !S_ISSOCK(status.st_mode)) return false;
  auto probe = Socket::make(AF_UNIX);
  if (!probe) return false;
  return ::connect(probe->fd(), address.data(), address.size()) != 0 && errno == ECONNREFUSED;
}

}  // namespace

Result<UnixSocketFile, Socket::Error> UnixSocketFile::bind(const Socket& socket,
                                                           const std::string& path) {
  const auto address = SocketAddress::unixPath(path);
  if (!address) return Socket::Error{path.empty() ? ENOENT : ENAMETOOLONG};
  int error = bindTo(socket, *address);
  if (error == EADDRINUSE && isStale(*address, path)) {
    ::unlink(path.c_str());
    error = bindTo(socket, *address);
  }
  if (error != 0) return Socket::Error{error};
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return Socket::Error{errno};
  return UnixSocketFile(path, status.st_dev, status.st_ino);
}

UnixSocketFile::UnixSocketFile(std::string path, dev_t device, ino_t inode) noexcept
    : path_(std::move(path)), device_(device), inode_(inode) {}

UnixSocketFile::UnixSocketFile(UnixSocketFile&& other) noexcept
    : path_(std::exchange(other.path_, {})), device_(other.device_), inode_(other.inode_) {}

UnixSocketFile::~UnixSocketFile() {
  if (path_.empty()) return;
  // Another process may have put its own there meanwhile.
  struct stat status {};
  if (::lstat(path_.c_str(), &status) != 0) return;
  if (status.st_dev == device_ && status.st_ino == inode_) ::unlink(path_.c_str());
}

}  // namespace parley::transport
