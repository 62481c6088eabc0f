#pragma once

#include "bytes/result.hpp"
#include "tls/error.hpp"

#include <memory>
#include <string>

struct ssl_ctx_st;

namespace parley::tls {

/// The file that the secrets of connections are appended to, a line each (the NSS key log format).
/// Any thread.
class KeyLog {
 public:
  /// Made if it is not there, for its owner's eyes only.
  static Result<std::unique_ptr<KeyLog>, Error> open(const std::string& path);
  KeyLog(const KeyLog&) = delete;
  KeyLog& operator=(const KeyLog&) = delete;
  ~KeyLog();

  /// From now on connections of `context` are logged. The log must outlive them.
  void attach(ssl_ctx_st& context);

 private:
  explicit KeyLog(int fd) noexcept : fd_(fd) {}
  void write(std::string line) noexcept;

  int fd_;
};

}  // namespace parley::tls
