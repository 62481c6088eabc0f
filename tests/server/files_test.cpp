#include "server/server_fixture.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace parley::server {
namespace {

namespace fs = std::filesystem;

class FilesTest : public ServerTest {
 protected:
  void SetUp() override {
    base = fs::temp_directory_path() / ("parley-files-" + std::to_string(::getpid()));
    fs::remove_all(base);
    fs::create_directories(base / "public/sub");
    fs::create_directories(base / "public/empty");
    fs::create_directories(base / "public/.git");
    fs::create_directories(base / "public-secret");
    write("public/index.html", "<p>home");
    write("public/sub/index.html", "<p>sub");
    write("public/app.js", "run()");
    write("public/with space.txt", "space");
    write("public/caf\xC3\xA9.txt", "cafe");
    write("public/nothing.txt", "");
    write("public/.env", "secret");
    write("public/.git/config", "secret");
    write("public-secret/secret.txt", "secret");
    write("secret.txt", "secret");
    fs::create_symlink(base / "secret.txt", base / "public/out.txt");
    fs::create_symlink("../public-secret", base / "public/outfolder");
    fs::create_symlink("/", base / "public/root");
    fs::create_symlink("app.js", base / "public/in.js");
    fs::create_symlink(".env", base / "public/env.txt");
    fs::create_symlink("loop", base / "public/loop");
    ::mkfifo((base / "public/pipe").c_str(), 0600);
    server->files("/", base / "public");
    server->files("/static", base / "public");
    server->route("/ws", {});
    listen();
  }
  void TearDown() override {
    server.reset();
    fs::remove_all(base);
  }
  void write(const std::string& name, std::string_view content) {
    std::ofstream(base / name, std::ios::binary) << content;
  }
  std::string get(std::string_view path, std::string_view extra = {}) {
    return exchange(getRequest(path, "Connection: close\r\n" + std::string(extra)));
  }

  fs::path base;
};

TEST_F(FilesTest, SendsAFileWithItsTypeLengthAndDate) {
  const std::string answer = get("/app.js");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
  EXPECT_EQ(fieldOf(answer, "Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(fieldOf(answer, "Content-Length"), "5");
  EXPECT_EQ(fieldOf(answer, "X-Content-Type-Options"), "nosniff");
  EXPECT_TRUE(fieldOf(answer, "Last-Modified").value_or("").ends_with(" GMT"));
  EXPECT_TRUE(fieldOf(answer, "Date"));
  EXPECT_EQ(bodyOf(answer), "run()");
  EXPECT_EQ(server->counters().requests, 1U);
}

TEST_F(FilesTest, DecodesNames) {
  EXPECT_EQ(bodyOf(get("/with%20space.txt")), "space");
  EXPECT_EQ(bodyOf(get("/caf%C3%A9.txt")), "cafe");
  EXPECT_EQ(bodyOf(get("/app%2ejs?v=1")), "run()");
  EXPECT_EQ(bodyOf(get("/static/app.js")), "run()");
}

TEST_F(FilesTest, SendsTheIndexOfAFolder) {
  EXPECT_EQ(bodyOf(get("/")), "<p>home");
  EXPECT_EQ(fieldOf(get("/"), "Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(bodyOf(get("/sub/")), "<p>sub");
  EXPECT_EQ(bodyOf(get("/static/")), "<p>home");
  EXPECT_TRUE(get("/empty/").starts_with("HTTP/1.1 404 "));
  EXPECT_TRUE(get("/app.js/").starts_with("HTTP/1.1 404 "));
}

TEST_F(FilesTest, LeadsToAFoldersSlash) {
  const std::pair<const char*, const char*> rows[] = {
      {"/sub", "/sub/"}, {"/sub?a=b", "/sub/?a=b"}, {"/static/sub", "/static/sub/"}};
  for (const auto& [path, location] : rows) {
    const std::string answer = get(path);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 301 ")) << path << answer;
    EXPECT_EQ(fieldOf(answer, "Location"), location);
  }
}

TEST_F(FilesTest, PrefixWithoutItsSlashLeadsThere) {
  server = std::make_unique<Server>(loop);
  server->files("/assets", base / "public");
  listen();
  std::string answer = get("/assets?x");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 301 ")) << answer;
  EXPECT_EQ(fieldOf(answer, "Location"), "/assets/?x");
  EXPECT_EQ(bodyOf(get("/assets/")), "<p>home");
  EXPECT_TRUE(get("/asset").starts_with("HTTP/1.1 404 "));
}

TEST_F(FilesTest, NeverLeadsToAnotherHost) {
  for (const char* path :
       {"//sub", "//evil.com/..", "/\\evil.com", "/%5Cevil.com", "//evil.com/"}) {
    const std::string answer = get(path);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 404 ")) << path << answer;
  }
}

TEST_F(FilesTest, NeverLeavesItsFolder) {
  for (const char* path : {"/../secret.txt",
                           "/sub/../../secret.txt",
                           "/%2e%2e/secret.txt",
                           "/..%2fsecret.txt",
                           "/%2e%2e%2fsecret.txt",
                           "/..%5csecret.txt",
                           "/..\\secret.txt",
                           "/%2e%2e\\secret.txt",
                           "/.%2e/secret.txt",
                           "/sub/..%2f..%2fsecret.txt",
                           "/%00",
                           "/app.js%00.txt",
                           "/../public-secret/secret.txt",
                           "//etc/passwd",
                           "/%2fetc%2fpasswd",
                           "/static/../secret.txt",
                           "/static//etc/passwd",
                           "/out.txt",
                           "/outfolder/secret.txt",
                           "/outfolder/",
                           "/root/etc/passwd",
                           "/loop",
                           "/sub/./index.html",
                           "/./app.js"}) {
    const std::string answer = get(path);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 404 ")) << path << "\n" << answer;
    EXPECT_EQ(answer.find("secret"), std::string::npos) << path;
  }
}

TEST_F(FilesTest, HiddenFilesAreNotThere) {
  for (const char* path : {"/.env", "/%2eenv", "/.git/config", "/.git/", "/.git", "/env.txt"}) {
    EXPECT_TRUE(get(path).starts_with("HTTP/1.1 404 ")) << path;
  }
}

TEST_F(FilesTest, FollowsLinksInside) {
  EXPECT_EQ(bodyOf(get("/in.js")), "run()");
}

TEST_F(FilesTest, PipeIsNoFile) {
  EXPECT_TRUE(get("/pipe").starts_with("HTTP/1.1 404 "));
}

TEST_F(FilesTest, RouteBelowAFolderStillWantsAnUpgrade) {
  EXPECT_TRUE(get("/ws").starts_with("HTTP/1.1 426 "));
  EXPECT_EQ(statusOf(upgradeRequest("/ws")), "101");
}

TEST_F(FilesTest, FolderMayComeLater) {
  server->files("/later", base / "later");
  EXPECT_TRUE(get("/later/a.txt").starts_with("HTTP/1.1 404 "));
  fs::create_directories(base / "later");
  write("later/a.txt", "here");
  EXPECT_EQ(bodyOf(get("/later/a.txt")), "here");
}

TEST_F(FilesTest, UnchangedFileIsNotSentAgain) {
  const std::string date = *fieldOf(get("/app.js"), "Last-Modified");
  std::string answer = get("/app.js", "If-Modified-Since: " + date + "\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 304 ")) << answer;
  EXPECT_EQ(fieldOf(answer, "Content-Length"), std::nullopt);
  EXPECT_EQ(fieldOf(answer, "Last-Modified"), date);
  EXPECT_EQ(bodyOf(answer), "");
  for (const std::string& condition :
       {std::string("If-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT\r\n"),
        std::string("If-Modified-Since: nonsense\r\n"),
        "If-None-Match: \"x\"\r\nIf-Modified-Since: " + date + "\r\n"}) {
    answer = get("/app.js", condition);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 ")) << condition;
    EXPECT_EQ(bodyOf(answer), "run()");
  }
}

TEST_F(FilesTest, HeadHasTheFilesLengthAndNoBody) {
  const std::string answer =
      exchange("HEAD /app.js HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(fieldOf(answer, "Content-Length"), "5");
  EXPECT_EQ(bodyOf(answer), "");
}

TEST_F(FilesTest, EmptyFileHasNoBody) {
  const std::string answer = get("/nothing.txt");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 "));
  EXPECT_EQ(fieldOf(answer, "Content-Length"), "0");
}

TEST_F(FilesTest, PipelinedFilesComeInOrder) {
  RawClient& client = connect();
  client.send(getRequest("/app.js") + getRequest("/missing") + getRequest("/sub/") +
              getRequest("/nothing.txt") + getRequest("/app.js", "Connection: close\r\n"));
  until([&] { return client.isOver(); });
  const std::string& all = client.received();
  EXPECT_EQ(countOf(all, "HTTP/1.1 200 "), 4U);
  EXPECT_EQ(countOf(all, "HTTP/1.1 404 "), 1U);
  EXPECT_LT(all.find("run()"), all.find("404"));
  EXPECT_LT(all.find("404"), all.find("<p>sub"));
  EXPECT_TRUE(all.ends_with("run()"));
}

TEST_F(FilesTest, SendsALargeFileToASlowReader) {
  std::string content(5 << 20, '\0');
  for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>(i * 7 + i / 251);
  write("public/large.bin", content);
  RawClient& client = connect();
  client.stopReading();
  client.send(getRequest("/large.bin", "Connection: close\r\n"));
  settle();
  client.startReading();
  until([&] { return client.isOver(); });
  EXPECT_EQ(fieldOf(client.received(), "Content-Length"), std::to_string(content.size()));
  EXPECT_TRUE(bodyOf(client.received()) == content);
}

// A length that was announced can't be taken back: the client must see that something is missing.
TEST_F(FilesTest, FileThatShrinksIsCut) {
  write("public/large.bin", std::string(32 << 20, 'x'));
  RawClient& client = connect();
  client.stopReading();
  client.send(getRequest("/large.bin") + getRequest("/app.js"));
  settle();
  fs::resize_file(base / "public/large.bin", 1000);
  client.startReading();
  until([&] { return client.isOver(); });
  EXPECT_LT(client.received().size(), std::size_t{32} << 20);
  EXPECT_EQ(countOf(client.received(), "HTTP/1.1 "), 1U);
}

TEST_F(FilesTest, FileThatGrowsIsSentAsLongAsAnnounced) {
  write("public/large.bin", std::string(8 << 20, 'x'));
  RawClient& client = connect();
  client.stopReading();
  client.send(getRequest("/large.bin") + getRequest("/app.js", "Connection: close\r\n"));
  settle();
  fs::resize_file(base / "public/large.bin", 16 << 20);
  client.startReading();
  until([&] { return client.isOver(); });
  EXPECT_EQ(countOf(client.received(), "HTTP/1.1 200 "), 2U);
  EXPECT_TRUE(client.received().ends_with("run()"));
}

TEST_F(FilesTest, OutOfDescriptorsIs503AndPasses) {
  RawClient& client = connect();
  client.send(getRequest("/nothing"));
  until([&] { return countOf(client.received(), "HTTP/1.1 404 ") == 1; });
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  rlimit none = before;
  none.rlim_cur = 3;
  ::setrlimit(RLIMIT_NOFILE, &none);
  client.send(getRequest("/app.js"));
  until([&] { return countOf(client.received(), "HTTP/1.1 503 ") == 1; });
  ::setrlimit(RLIMIT_NOFILE, &before);
  client.send(getRequest("/app.js"));
  until([&] { return client.received().ends_with("run()"); });
}

TEST_F(FilesTest, ClientMayGoWhileAFileIsRead) {
  write("public/large.bin", std::string(8 << 20, 'x'));
  for (int i = 0; i < 20; ++i) {
    RawClient& client = connect();
    client.send(getRequest("/large.bin"));
    for (int turn = 0; turn < i; ++turn) pump();
    client.reset();
  }
  bool isDone = false;
  server->shutdown(std::chrono::hours(1), [&] { isDone = true; });
  until([&] { return isDone; });
}

// Not of the fixture: ThreadSanitizer does not see libuv close its descriptors on the thread that
// ends such a loop, and takes a folder that is opened later under the same number for a race.
TEST(FilesOfALoop, ServerAndLoopMayGoWhileOneIsOpened) {
  const fs::path here(__FILE__);
  for (int turns = 0; turns < 6; ++turns) {
    Loop loop;
    Server server(loop);
    server.files("/", here.parent_path());
    ASSERT_FALSE(server.listen("127.0.0.1", 0));
    RawClient client(server.port());
    client.send(getRequest(std::string("/").append(here.filename().string())));
    for (int i = 0; i < turns; ++i) loop.poll();
  }
}

}  // namespace
}  // namespace parley::server
