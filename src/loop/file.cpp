#include "loop/file.hpp"

#include <cerrno>
#include <cstdlib>
#include <string_view>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace parley::loop {
namespace {

std::chrono::nanoseconds modifiedAt(const struct stat& status) noexcept {
  return std::chrono::seconds(status.st_mtim.tv_sec) +
         std::chrono::nanoseconds(status.st_mtim.tv_nsec);
}

}  // namespace

File::~File() {
  if (!mapped_.empty()) {
    ::munmap(const_cast<std::byte*>(mapped_.data()), mapped_.size());  // NOLINT: munmap's signature
  }
  ::close(descriptor_);
}

Result<std::shared_ptr<File>, int> File::open(const std::string& path) {
  // Not to wait for the writer of a pipe, which is refused below.
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return errno;
  auto file = std::make_shared<File>(descriptor, 0, std::chrono::nanoseconds());
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return errno;
  if (S_ISDIR(status.st_mode)) return EISDIR;
  if (!S_ISREG(status.st_mode)) return EINVAL;
  file->size_ = static_cast<std::uint64_t>(status.st_size);
  file->modified_ = modifiedAt(status);
  return file;
}

Result<std::shared_ptr<File>, int> File::createTemporary() {
  const char* const folder = std::getenv("TMPDIR");
  std::string path = folder != nullptr && *folder != '\0' ? folder : "/tmp";
  path += "/parley-XXXXXX";
  const int descriptor = ::mkostemp(path.data(), O_CLOEXEC);  // mode 0600
  if (descriptor < 0) return errno;
  auto file = std::make_shared<File>(descriptor, 0, std::chrono::nanoseconds());
  if (::unlink(path.c_str()) != 0) return errno;
  return file;
}

bool File::isUnchanged() const noexcept {
  struct stat status {};
  return ::fstat(descriptor_, &status) == 0 &&
         static_cast<std::uint64_t>(status.st_size) == size_ && modifiedAt(status) == modified_;
}

Result<std::size_t, int> File::read(std::uint64_t offset, std::span<std::byte> into) const {
  std::size_t filled = 0;
  while (filled < into.size()) {
    const ssize_t count = ::pread(descriptor_, into.data() + filled, into.size() - filled,
                                  static_cast<off_t>(offset + filled));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
  }
  return filled;
}

int File::write(std::uint64_t offset, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t count =
        ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    offset += static_cast<std::uint64_t>(count);
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return 0;
}

Result<std::span<const std::byte>, int> File::map(std::size_t size) {
  if (size == 0) return std::span<const std::byte>();
  void* const memory = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor_, 0);
  if (memory == MAP_FAILED) return errno;
  mapped_ = {static_cast<const std::byte*>(memory), size};
  return mapped_;
}

}  // namespace parley::loop
