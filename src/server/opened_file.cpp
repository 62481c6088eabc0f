#include "server/opened_file.hpp"

#include "loop/background.hpp"
#include "loop/event_loop.hpp"

#include <memory>
#include <span>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

namespace parley::server {
namespace {

constexpr const char* kIndex = "index.html";

/// A libuv file request that is waited for: only for threads of the pool.
class FileCall {
 public:
  FileCall() = default;
  FileCall(const FileCall&) = delete;
  FileCall& operator=(const FileCall&) = delete;
  ~FileCall() { uv_fs_req_cleanup(&request_); }

  uv_fs_t* operator&() noexcept { return &request_; }  // NOLINT: it stands for the request
  [[nodiscard]] const uv_stat_t& stat() const noexcept { return request_.statbuf; }
  [[nodiscard]] const char* path() const noexcept { return static_cast<const char*>(request_.ptr); }

 private:
  uv_fs_t request_{};
};

FileError errorFor(int status) noexcept {
  switch (status) {
    case UV_ENOENT:
    case UV_ENOTDIR:
    case UV_EACCES:
    case UV_EPERM:
    case UV_ELOOP:
    case UV_ENAMETOOLONG:
      return FileError::NotFound;
    case UV_EMFILE:
    case UV_ENFILE:
    case UV_ENOMEM:
      return FileError::Unavailable;
    default:
      return FileError::Failed;
  }
}

Result<std::string, FileError> realPath(const std::string& path) {
  FileCall call;
  const int status = uv_fs_realpath(nullptr, &call, path.c_str(), nullptr);
  if (status < 0) return errorFor(status);
  return std::string(call.path());
}

/// Is `real` the folder `root` or below it, with no hidden segment on the way? Both are real paths.
bool isServed(const std::string& root, const std::string& real) noexcept {
  const std::string_view base = root == "/" ? std::string_view() : std::string_view(root);
  if (!std::string_view(real).starts_with(base)) return false;
  const std::string_view below = std::string_view(real).substr(base.size());
  return below.empty() || (below.front() == '/' && !hasHiddenSegment(below));
}

/// What was checked is what is opened, but for one who may write to the folder and is quick: the
/// last segment can't have become a link meanwhile (O_NOFOLLOW), and a pipe does not block.
Result<OpenedFilePtr, FileError> openReal(const std::string& real) {
  FileCall open;
  const int descriptor =
      uv_fs_open(nullptr, &open, real.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0, nullptr);
  if (descriptor < 0) return errorFor(descriptor);
  FileCall call;
  const int status = uv_fs_fstat(nullptr, &call, descriptor, nullptr);
  const uv_stat_t& stat = call.stat();
  const std::chrono::sys_seconds modified{std::chrono::seconds(stat.st_mtim.tv_sec)};
  auto file = std::make_shared<OpenedFile>(descriptor, stat.st_size, modified,
                                           real.substr(real.rfind('/') + 1));
  if (status < 0) return FileError::Failed;
  if (S_ISDIR(stat.st_mode)) return FileError::IsFolder;
  if (!S_ISREG(stat.st_mode)) return FileError::NotFound;
  return OpenedFilePtr(std::move(file));
}

OpenResult openBelow(const std::string& root, const std::string& path) {
  auto real = realPath(path);
  if (!real) return real.error();
  if (!isServed(root, *real)) return FileError::NotFound;
  return openReal(*real);
}

OpenResult open(const std::filesystem::path& root, const FilePath& path) {
  auto realRoot = realPath(root.string());
  if (!realRoot) return realRoot.error();
  std::string full = *realRoot + "/" + path.relative;
  switch (path.names) {
    case FilePath::Names::File:
      return openBelow(*realRoot, full);
    case FilePath::Names::Folder:
      break;
  }
  if (!path.relative.empty()) full += '/';
  OpenResult index = openBelow(*realRoot, full + kIndex);
  if (!index && index.error() == FileError::IsFolder) return FileError::NotFound;
  return index;
}

std::optional<std::string> read(const OpenedFile& file, std::uint64_t offset, std::size_t size) {
  std::string bytes(size, '\0');
  const auto count = file.content().read(offset, std::as_writable_bytes(std::span(bytes)));
  if (!count) return std::nullopt;
  bytes.resize(*count);
  return bytes;
}

}  // namespace

void openFile(loop::EventLoop& loop, std::filesystem::path root, FilePath path,
              std::function<void(OpenResult)> done) {
  auto result = std::make_shared<OpenResult>(FileError::Failed);
  loop::runInBackground(
      loop,
      [result, root = std::move(root), path = std::move(path)] { *result = open(root, path); },
      [result, done = std::move(done)] { done(std::move(*result)); });
}

void readFile(loop::EventLoop& loop, OpenedFilePtr file, std::uint64_t offset, std::size_t size,
              std::function<void(std::optional<std::string>)> done) {
  auto result = std::make_shared<std::optional<std::string>>();
  loop::runInBackground(
      loop, [result, file = std::move(file), offset, size] { *result = read(*file, offset, size); },
      [result, done = std::move(done)] { done(std::move(*result)); });
}

}  // namespace parley::server
