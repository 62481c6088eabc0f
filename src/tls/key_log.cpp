#include "tls/key_log.hpp"

#include "tls/file.hpp"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <openssl/ssl.h>
#include <unistd.h>

namespace parley::tls {

namespace {

/// Where a context keeps its log.
int slot() {
  static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

}  // namespace

Result<std::unique_ptr<KeyLog>, Error> KeyLog::open(const std::string& path) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return fileError({"keyLogFile", path}, errno);
  return std::unique_ptr<KeyLog>(new KeyLog(fd));
}

KeyLog::~KeyLog() {
  ::close(fd_);
}

void KeyLog::attach(ssl_ctx_st& context) {
  SSL_CTX_set_ex_data(&context, slot(), this);
  SSL_CTX_set_keylog_callback(&context, [](const SSL* ssl, const char* line) {
    const SSL_CTX* const owner = SSL_get_SSL_CTX(ssl);
    static_cast<KeyLog*>(SSL_CTX_get_ex_data(owner, slot()))->write(std::string(line) + '\n');
  });
}

/// One call for each line: those of other threads and processes don't mix with it. A full disk is
/// no reason to end a connection.
void KeyLog::write(std::string line) noexcept {
  while (::write(fd_, line.data(), line.size()) < 0 && errno == EINTR) {
  }
}

}  // namespace parley::tls
