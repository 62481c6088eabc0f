#include "client/store_file.hpp"

#include "transport/temporary_directory.hpp"

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace parley {
namespace {

namespace fs = std::filesystem;

class StoreFile : public testing::Test {
 protected:
  static std::string textOf(const std::string& path) {
    const auto text = readStoreFile(path);
    return text ? *text : text.error().message;
  }
  static unsigned modeOf(const std::string& path) {
    struct stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0);
    return status.st_mode & 0777U;
  }
  std::size_t filesInDirectory() const {
    const fs::directory_iterator files(fs::path(path).parent_path());
    return static_cast<std::size_t>(std::distance(begin(files), end(files)));
  }

  transport::TemporaryDirectory directory;
  std::string path = directory.file("cookies.txt");
};

TEST_F(StoreFile, ReadsWhatItWrote) {
  EXPECT_FALSE(writeStoreFile(path, "a\nb\n"));
  EXPECT_EQ(textOf(path), "a\nb\n");
  EXPECT_FALSE(writeStoreFile(path, ""));
  EXPECT_EQ(textOf(path), "");
  const std::string large(1 << 20, 'x');
  EXPECT_FALSE(writeStoreFile(path, large));
  EXPECT_EQ(textOf(path), large);
}

TEST_F(StoreFile, IsForTheUserAlone) {
  EXPECT_FALSE(writeStoreFile(path, "a"));
  EXPECT_EQ(modeOf(path), 0600U);
  ASSERT_EQ(::chmod(path.c_str(), 0644), 0);
  EXPECT_FALSE(writeStoreFile(path, "b"));
  EXPECT_EQ(modeOf(path), 0600U);
}

TEST_F(StoreFile, LeavesNothingElseBehind) {
  EXPECT_FALSE(writeStoreFile(path, "a"));
  EXPECT_FALSE(writeStoreFile(path, "b"));
  EXPECT_EQ(filesInDirectory(), 1U);
}

TEST_F(StoreFile, FollowsASymbolicLink) {
  const std::string link = directory.file("link");
  EXPECT_FALSE(writeStoreFile(path, "a"));
  fs::create_symlink("cookies.txt", link);
  EXPECT_FALSE(writeStoreFile(link, "b"));
  EXPECT_TRUE(fs::is_symlink(link));
  EXPECT_EQ(textOf(path), "b");
}

TEST_F(StoreFile, LeavesAloneWhatIsNoRegularFile) {
  const std::string folder = directory.file("folder");
  fs::create_directory(folder);
  const std::string pipe = directory.file("pipe");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  for (const std::string& target : {folder, pipe, std::string("/dev/null")}) {
    const auto failure = writeStoreFile(target, "a");
    ASSERT_TRUE(failure) << target;
    EXPECT_EQ(failure->message, target + ": not a regular file");
    EXPECT_EQ(failure->systemError, std::nullopt);
  }
  EXPECT_TRUE(fs::is_fifo(pipe));
  EXPECT_EQ(filesInDirectory(), 2U);
}

TEST_F(StoreFile, NamesTheFileAndTheErrorOfTheSystem) {
  const std::string nowhere = directory.file("no/such/file");
  for (const auto& failure : {readStoreFile(nowhere).error(), *writeStoreFile(nowhere, "a")}) {
    EXPECT_EQ(failure.path, nowhere);
    EXPECT_EQ(failure.systemError, ENOENT);
    EXPECT_EQ(failure.line, std::nullopt);
    EXPECT_EQ(failure.message, nowhere + ": no such file or directory");
  }
  EXPECT_EQ(readStoreFile(directory.file("")).error().systemError, EISDIR);
}

/// For as long as it lives, no file of this process can grow beyond `bytes`.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  void (*handler_)(int);
  rlimit before_{};
};

TEST_F(StoreFile, AFailureLeavesTheOldText) {
  EXPECT_FALSE(writeStoreFile(path, "old"));
  std::optional<FileFailure> failure;
  {
    const FileSizeLimit limit(10);
    failure = writeStoreFile(path, std::string(100, 'x'));
  }
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->systemError, EFBIG);
  EXPECT_EQ(textOf(path), "old");
  EXPECT_EQ(filesInDirectory(), 1U);
}

TEST_F(StoreFile, RefusesWhatIsTooLarge) {
  EXPECT_FALSE(writeStoreFile(path, ""));
  ASSERT_EQ(::truncate(path.c_str(), static_cast<off_t>(kMaxStoreFileSize)), 0);
  EXPECT_EQ(textOf(path).size(), kMaxStoreFileSize);
  ASSERT_EQ(::truncate(path.c_str(), static_cast<off_t>(kMaxStoreFileSize) + 1), 0);
  EXPECT_EQ(textOf(path), path + ": larger than 32 MiB");
}

TEST_F(StoreFile, NamesALine) {
  const FileFailure failure = lineFailure("f", {7, "what"});
  EXPECT_EQ(failure.path, "f");
  EXPECT_EQ(failure.line, 7U);
  EXPECT_EQ(failure.message, "f:7: what");
}

TEST_F(StoreFile, AReaderHasTheOldTextOrTheNewOne) {
  const std::string one(100000, '1');
  const std::string two(200000, '2');
  EXPECT_FALSE(writeStoreFile(path, one));
  std::vector<std::thread> threads;
  for (const std::string* text : {&one, &two}) {
    threads.emplace_back([&, text] {
      for (int i = 0; i < 20; ++i) EXPECT_FALSE(writeStoreFile(path, *text));
    });
  }
  for (int i = 0; i < 100; ++i) {
    const std::string text = textOf(path);
    EXPECT_TRUE(text == one || text == two) << text.size();
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(filesInDirectory(), 1U);
}

}  // namespace
}  // namespace parley
