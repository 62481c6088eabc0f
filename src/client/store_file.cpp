#include "client/store_file.hpp"

#include "transport/system_error.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace parley {

namespace {

FileFailure systemFailure(const std::string& path, int systemError) {
  return {.path = path,
          .systemError = systemError,
          .message = path + ": " + transport::describeErrno(systemError)};
}

FileFailure plainFailure(const std::string& path, std::string_view what) {
  return {.path = path, .message = path + ": " + std::string(what)};
}

/// An open file, closed with this object.
class Descriptor {
 public:
  explicit Descriptor(int value) noexcept : value_(value) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { close(); }

  [[nodiscard]] bool isOpen() const noexcept { return value_ >= 0; }
  [[nodiscard]] int value() const noexcept { return value_; }
  /// @return 0 or an errno value
  int close() noexcept {
    const int value = std::exchange(value_, -1);
    return value < 0 || ::close(value) == 0 ? 0 : errno;
  }

 private:
  int value_;
};

/// A new file beside another one, in whose place it can be put; removed if it never is.
class Replacement {
 public:
  explicit Replacement(const std::string& target)
      : target_(target),
        path_(target + ".XXXXXX"),
        file_(::mkostemp(path_.data(), O_CLOEXEC)),  // mode 0600
        openError_(file_.isOpen() ? 0 : errno) {}
  Replacement(const Replacement&) = delete;
  Replacement& operator=(const Replacement&) = delete;
  ~Replacement() {
    if (isPending_ && openError_ == 0) ::unlink(path_.c_str());
  }

  /// @return 0 or an errno value
  int write(std::string_view text) noexcept {
    if (openError_ != 0) return openError_;
    while (!text.empty()) {
      const ssize_t count = ::write(file_.value(), text.data(), text.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return errno;
      text.remove_prefix(static_cast<std::size_t>(count));
    }
    return 0;
  }
  /// @return 0 or an errno value
  int commit() noexcept {
    // The text has to be on the disk before the name is, or a crash leaves an empty file.
    if (::fsync(file_.value()) != 0) return errno;
    if (const int error = file_.close()) return error;
    if (::rename(path_.c_str(), target_.c_str()) != 0) return errno;
    isPending_ = false;
    return 0;
  }

 private:
  std::string target_;
  std::string path_;
  Descriptor file_;
  int openError_;
  bool isPending_ = true;
};

/// Where the links lead, if they lead anywhere.
std::string resolved(const std::string& path) {
  char* const real = ::realpath(path.c_str(), nullptr);
  if (real == nullptr) return path;
  std::string result(real);
  std::free(real);
  return result;
}

bool isSomethingElse(const std::string& path) noexcept {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode);
}

}  // namespace

Result<std::string, FileFailure> readStoreFile(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.isOpen()) return systemFailure(path, errno);
  std::string text;
  std::array<char, 16384> part{};
  while (true) {
    const ssize_t count = ::read(file.value(), part.data(), part.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return systemFailure(path, errno);
    if (count == 0) return text;
    text.append(part.data(), static_cast<std::size_t>(count));
    if (text.size() > kMaxStoreFileSize) return plainFailure(path, "larger than 32 MiB");
  }
}

std::optional<FileFailure> writeStoreFile(const std::string& path, std::string_view text) {
  const std::string target = resolved(path);
  if (isSomethingElse(target)) return plainFailure(path, "not a regular file");
  Replacement file(target);
  int error = file.write(text);
  if (error == 0) error = file.commit();
  if (error != 0) return systemFailure(path, error);
  return std::nullopt;
}

FileFailure lineFailure(const std::string& path, const http::LineError& error) {
  return {.path = path,
          .line = error.line,
          .message = path + ":" + std::to_string(error.line) + ": " + std::string(error.what)};
}

}  // namespace parley
