#include "client/socket_large.hpp"

#include "client/socket_test.hpp"
#include "loop/background.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <latch>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <unistd.h>

// Blobs in files, and large messages that are received.

namespace parley::test {
namespace {

std::string patternOf(std::size_t size) {
  std::string text(size, 'x');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + (i * 7 + i / 251) % 26);
  return text;
}

/// Keeps the threads of the pool busy as long as it lives: what is put there meanwhile waits.
class BusyPool {
 public:
  explicit BusyPool(Loop& loop) {
    for (int i = 0; i < kJobs; ++i) {
      loop::runInBackground(
          loop.eventLoop(), [ended = ended_] { ended->wait(); }, [] {});
    }
  }
  BusyPool(const BusyPool&) = delete;
  BusyPool& operator=(const BusyPool&) = delete;
  ~BusyPool() { ended_->count_down(); }

 private:
  static constexpr int kJobs = 64;  // more than the pool has threads

  std::shared_ptr<std::latch> ended_ = std::make_shared<std::latch>(1);
};

class LargeMessages : public SocketTest {
 protected:
  void TearDown() override {
    if (!path.empty()) std::remove(path.c_str());
  }

  Blob fileOf(std::string_view content) {
    path = testing::TempDir() + "parley-large-XXXXXX";
    const int descriptor = ::mkstemp(path.data());
    EXPECT_GE(descriptor, 0);
    ::close(descriptor);
    std::ofstream(path, std::ios::binary) << content;
    return Blob::fromFile(path);
  }
  /// Everything that came in messages of binary data.
  [[nodiscard]] Strings messages() const {
    Strings result;
    bool isOpen = false;
    for (const ClientFrame& frame : peer->frames()) {
      if (frame.opcode > 2) continue;
      if (isOpen) {
        result.back() += frame.payload;
      } else {
        result.push_back(frame.payload);
      }
      isOpen = !frame.fin;
    }
    return isOpen ? Strings{"unfinished"} : result;
  }
  static Options largeFrom(std::uint64_t size) {
    Options options;
    options.largeMessageSize = size;
    options.maxMessageSize = std::uint64_t{1} << 30U;
    return options;
  }
  /// Is there a temporary file whose message is complete, and so mapped?
  static bool isFileComplete() {
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
      if (line.find("/parley-") != std::string::npos && line.ends_with("(deleted)")) return true;
    }
    return false;
  }
  /// A message that can't have come in one read.
  void sendInTwo(std::string_view content) {
    peer->send(serverFrame(2, content.substr(0, content.size() / 2), false));
    peer->send(serverFrame(0, content.substr(content.size() / 2)));
  }
  /// Large messages that arrive go to `trace`.
  void recordParts(WebSocket& socket) {
    socket.onmessagepart = [this](const MessagePartEvent& part) {
      const std::string text(reinterpret_cast<const char*>(part.bytes().data()),
                             part.bytes().size());
      trace.push_back(std::string(part.isText() ? "text" : "binary") +
                      (part.isLast() ? " end" : " part") + " at " + std::to_string(part.offset()) +
                      ": " + text);
    };
  }

  std::string path;
};

// ---- Out ----

TEST_F(LargeMessages, SendsABlobThatIsInAFile) {
  WebSocket socket = open();
  const std::string content = patternOf(1'000'003);
  socket.send("before");
  socket.send(fileOf(content));
  socket.send("behind");
  EXPECT_EQ(socket.bufferedAmount(), content.size() + 12);
  ASSERT_TRUE(until([&] { return messages().size() == 3; }));
  turn();
  EXPECT_EQ(messages()[0], "before");
  EXPECT_TRUE(messages()[1] == content);
  EXPECT_EQ(messages()[2], "behind");
  EXPECT_EQ(socket.bufferedAmount(), 0U);
  EXPECT_EQ(peer->frames()[1].opcode, 2U);
}

TEST_F(LargeMessages, SendsSlicesAndMixturesAndTheEmptyBlob) {
  WebSocket socket = open();
  const std::string content = patternOf(600'000);
  const Blob file = fileOf(content);
  const Strings expected{content.substr(100'000, 400'000), "<" + content + ">", "", "in memory"};
  socket.send(file.slice(100'000, 500'000));
  socket.send(Blob({"<", file, ">"}));
  socket.send(file.slice(5, 5));
  socket.send(Blob({"in memory"}));
  ASSERT_TRUE(until([&] { return messages().size() == 4; }));
  EXPECT_TRUE(messages() == expected);
}

TEST_F(LargeMessages, SendsABlobInMemoryWithoutACopy) {
  WebSocket socket = open();
  pipe->stall(Direction::FirstToSecond, 0);
  const std::string content = patternOf(300'000);
  {
    const Blob blob({std::string_view(content)});
    socket.send(blob);
    EXPECT_EQ(BlobAccess::runOf(blob).content.use_count(), 3) << "the message shares it";
  }
  turn();
  pipe->unstall(Direction::FirstToSecond);
  ASSERT_TRUE(until([&] { return messages().size() == 1; }));
  EXPECT_TRUE(messages()[0] == content);
}

TEST_F(LargeMessages, AnswersPingsWhileABlobLeaves) {
  WebSocket socket = open();
  pipe->stall(Direction::FirstToSecond, 1000);
  socket.send(fileOf(patternOf(2'000'000)));
  turn();
  peer->send(serverFrame(9, "there?"));
  turn();
  pipe->unstall(Direction::FirstToSecond);
  ASSERT_TRUE(until([&] { return messages() != Strings{"unfinished"} && !messages().empty(); }));
  const auto frames = peer->frames();
  const auto pong = std::find_if(frames.begin(), frames.end(),
                                 [](const ClientFrame& frame) { return frame.opcode == 10; });
  ASSERT_NE(pong, frames.end());
  EXPECT_EQ(pong->payload, "there?");
  EXPECT_NE(pong + 1, frames.end()) << "between two fragments";
}

TEST_F(LargeMessages, ClosesBehindABlob) {
  WebSocket socket = open();
  const std::string content = patternOf(700'000);
  socket.send(fileOf(content));
  socket.close(1000);
  ASSERT_TRUE(until([&] { return !peer->frames().empty() && peer->frames().back().opcode == 8; }));
  EXPECT_TRUE(messages()[0] == content);
  answerClose(1000);
  EXPECT_EQ(trace, Strings{"close 1000 clean"});
}

TEST_F(LargeMessages, FailsIfABlobCannotBeReadToItsEnd) {
  WebSocket socket = open();
  const Blob blob = fileOf(patternOf(1'000'000));
  std::ofstream(path, std::ios::binary) << "short";
  socket.send(blob);
  ASSERT_TRUE(until([&] { return socket.readyState() != WebSocket::OPEN; }));
  turn();
  ASSERT_FALSE(peer->received().empty());
  EXPECT_EQ(peer->received().back().substr(0, 4), "8:" + closeBody(1011));
  answerClose(1011);
  EXPECT_EQ(trace, (Strings{"error", "close 1006 unclean"}));
  EXPECT_EQ(socket.failure()->message,
            "a Blob could not be sent: " + path + ": it has changed since it was opened");
  EXPECT_EQ(socket.bufferedAmount(), 1'000'000U) << "what was not sent stays counted";
}

TEST_F(LargeMessages, OnlyCountsABlobOnceItIsClosing) {
  WebSocket socket = open();
  const Blob blob = fileOf("0123456789");
  socket.close();
  socket.send(blob);
  EXPECT_EQ(socket.bufferedAmount(), 10U);
}

TEST_F(LargeMessages, TakesABlobFromAnotherThread) {
  WebSocket socket = open();
  const std::string content = patternOf(500'000);
  const Blob file = fileOf(content);
  std::thread([&] {
    socket.send(file);
    socket.send(Blob({"in memory"}));
  }).join();
  EXPECT_EQ(socket.bufferedAmount(), content.size() + 9);
  ASSERT_TRUE(until([&] { return messages().size() == 2; }));
  EXPECT_TRUE(messages()[0] == content);
  EXPECT_EQ(messages()[1], "in memory");
}

TEST_F(LargeMessages, EndsWithASocketThatIsTerminatedWhileABlobIsRead) {
  WebSocket socket = open();
  socket.send(fileOf(patternOf(1'000'000)));
  socket.terminate();
  ASSERT_TRUE(until([&] { return socket.readyState() == WebSocket::CLOSED; }));
  turn();
  EXPECT_EQ(trace, (Strings{"error", "close 1006 unclean"}));
}

// ---- In, to a file ----

TEST_F(LargeMessages, ArriveInAFileAsABlob) {
  WebSocket socket = open(kUrl, {}, largeFrom(1000));
  const std::string content = patternOf(3'000'000);
  std::optional<Blob> received;
  socket.onmessage = [&](const MessageEvent& event) {
    if (event.data().size() != content.size()) return trace.push_back("small");
    EXPECT_EQ(event.data().kind(), MessageData::Kind::Blob);
    EXPECT_TRUE(event.data().bytes().size() == content.size());
    received = event.data().blob();
    EXPECT_EQ(event.data().size(), 0U) << "it was moved out";
  };
  peer->sendBinary(content);
  peer->sendText("behind it");
  ASSERT_TRUE(until([&] { return trace.size() == 1; }));
  ASSERT_TRUE(received) << "the order is kept";
  EXPECT_TRUE(received->isInFile());
  EXPECT_TRUE(received->text() == content);
  EXPECT_TRUE(received->arrayBuffer().text() == content);
  EXPECT_EQ(received->slice(5, 10).text(), content.substr(5, 5));
  socket.send(*received);
  ASSERT_TRUE(until([&] { return messages().size() == 1 && messages()[0] != "unfinished"; }));
  EXPECT_TRUE(messages()[0] == content);
}

TEST_F(LargeMessages, ArriveInMemoryIfTheyAreTextOrTheTypeIsArrayBuffer) {
  WebSocket socket = open(kUrl, {}, largeFrom(10));
  socket.onmessage = [&](const MessageEvent& event) {
    trace.push_back(std::to_string(static_cast<int>(event.data().kind())) +
                    (event.data().blob().isInFile() ? " in a file" : " in memory"));
  };
  const std::string content = patternOf(1'000'000);
  peer->sendText(content);
  ASSERT_TRUE(until([&] { return trace.size() == 1; }));
  socket.setBinaryType(BinaryType::ArrayBuffer);
  peer->sendBinary(content);
  ASSERT_TRUE(until([&] { return trace.size() == 2; }));
  socket.setBinaryType(BinaryType::Blob);
  peer->sendBinary("0123456789");
  ASSERT_TRUE(until([&] { return trace.size() == 3; }));
  EXPECT_EQ(trace, (Strings{"0 in memory", "2 in memory", "1 in memory"}));
}

TEST_F(LargeMessages, AreWhatBinaryTypeSaysAtTheEnd) {
  WebSocket socket = open(kUrl, {}, largeFrom(10));
  const std::string content = patternOf(1'000'000);
  socket.onmessage = [&](const MessageEvent& event) {
    EXPECT_EQ(event.data().kind(), MessageData::Kind::ArrayBuffer);
    EXPECT_TRUE(event.data().take().text() == content);
    trace.push_back("message");
  };
  peer->send(serverFrame(2, content.substr(0, 500'000), false));
  turn();
  socket.setBinaryType(BinaryType::ArrayBuffer);
  peer->send(serverFrame(0, content.substr(500'000)));
  ASSERT_TRUE(until([&] { return !trace.empty(); }));
}

TEST_F(LargeMessages, WaitForAnApplicationThatPauses) {
  WebSocket socket = open(kUrl, {}, largeFrom(10));
  socket.onmessage = [&](const MessageEvent& event) {
    trace.push_back(std::to_string(event.data().size()));
  };
  peer->send(serverFrame(2, patternOf(600'000), false));
  turn();
  socket.pause();
  peer->send(serverFrame(0, patternOf(400'000)));
  peer->sendText("behind");
  turn();
  EXPECT_TRUE(trace.empty());
  socket.resume();
  EXPECT_TRUE(trace.empty()) << "never inside the call";
  ASSERT_TRUE(until([&] { return trace.size() == 2; }));
  EXPECT_EQ(trace, (Strings{"1000000", "6"}));
}

TEST_F(LargeMessages, PausedAtTheirEndAreDeliveredWithTheResume) {
  WebSocket socket = open(kUrl, {}, largeFrom(10));
  socket.onmessage = [&](const MessageEvent& event) {
    trace.push_back(std::to_string(event.data().size()));
  };
  {
    const BusyPool busy(loop);
    sendInTwo(patternOf(100'000));
    turn();
    EXPECT_FALSE(isFileComplete());
    socket.pause();
  }
  ASSERT_TRUE(until(isFileComplete)) << "which is done elsewhere";
  turn();
  EXPECT_TRUE(trace.empty());
  socket.resume();
  ASSERT_TRUE(until([&] { return trace.size() == 1; }));
}

TEST_F(LargeMessages, AreForgottenWhenTheApplicationCloses) {
  WebSocket socket = open(kUrl, {}, largeFrom(10));
  peer->send(serverFrame(2, patternOf(2'000'000), false));
  turn();
  socket.close(1000);
  turn();
  peer->send(serverFrame(0, patternOf(100)));
  turn();
  answerClose(1000);
  ASSERT_TRUE(until([&] { return socket.readyState() == WebSocket::CLOSED; }));
  EXPECT_EQ(trace, Strings{"close 1000 clean"});
}

TEST_F(LargeMessages, MayEndTheSocketInTheirHandler) {
  WebSocket socket = open(kUrl, {}, largeFrom(10));
  socket.onmessage = [&](const MessageEvent& event) {
    WebSocket same = event.target();
    trace.push_back(std::to_string(event.data().size()));
    same.terminate();
  };
  sendInTwo(patternOf(100'000));
  ASSERT_TRUE(until([&] { return socket.readyState() == WebSocket::CLOSED; }));
  EXPECT_EQ(trace, (Strings{"100000", "error", "close 1006 unclean"}));
}

TEST_F(LargeMessages, FailTheConnectionIfTheyCannotBeWritten) {
  const char* const before = std::getenv("TMPDIR");
  const std::string kept = before != nullptr ? before : "";
  ASSERT_EQ(::setenv("TMPDIR", "/nowhere", 1), 0);
  WebSocket socket = open(kUrl, {}, largeFrom(10));
  sendInTwo(patternOf(100'000));
  const bool isClosing = until([&] { return socket.readyState() != WebSocket::OPEN; });
  if (before != nullptr) {
    ::setenv("TMPDIR", kept.c_str(), 1);
  } else {
    ::unsetenv("TMPDIR");
  }
  ASSERT_TRUE(isClosing);
  turn();
  EXPECT_EQ(peer->received().back().substr(0, 4), "8:" + closeBody(1011));
  answerClose(1011);
  EXPECT_EQ(trace, (Strings{"error", "close 1006 unclean"}));
  EXPECT_EQ(socket.failure()->message,
            "a message could not be received: a temporary file: no such file or directory");
}

// ---- In, in parts ----

TEST_F(LargeMessages, ComeInPartsToWhoListensForThem) {
  WebSocket socket = open(kUrl, {}, largeFrom(0));
  recordParts(socket);
  peer->send(serverFrame(1, "012", false));
  turn();
  EXPECT_EQ(trace, Strings{"text part at 0: 012"});
  peer->send(serverFrame(9, "ping") + serverFrame(0, "34", false));
  turn();
  peer->send(serverFrame(0, "") + serverFrame(2, "whole"));
  turn();
  EXPECT_EQ(trace, (Strings{"text part at 0: 012", "text part at 3: 34",
                            "text end at 5: ", "binary end at 0: whole"}));
}

TEST_F(LargeMessages, OnlyThoseAboveTheSizeComeInParts) {
  WebSocket socket = open(kUrl, {}, largeFrom(5));
  recordParts(socket);
  peer->sendText("small");
  peer->sendText("larger");
  turn();
  EXPECT_EQ(trace, (Strings{"message small", "text end at 0: larger"}));
}

TEST_F(LargeMessages, InPartsCanBeListenedToAsToAnyEvent) {
  WebSocket socket = open(kUrl, {}, largeFrom(0));
  socket.addEventListener("messagepart", [&](const MessagePartEvent& part) {
    trace.push_back(std::string(part.type()) + (part.isTrusted() ? " trusted" : ""));
  });
  socket.addEventListener("messagepart", [&](const MessageEvent&) { trace.push_back("no"); });
  peer->sendText("x");
  turn();
  EXPECT_EQ(trace, Strings{"messagepart trusted"});
}

TEST_F(LargeMessages, InPartsObeyPauses) {
  WebSocket socket = open(kUrl, {}, largeFrom(0));
  socket.onmessagepart = [&](const MessagePartEvent& part) {
    trace.push_back(std::to_string(part.offset()));
    if (part.offset() == 0) socket.pause();
  };
  peer->send(serverFrame(2, "012", false));
  turn();
  peer->send(serverFrame(0, "345"));
  turn();
  EXPECT_EQ(trace, Strings{"0"});
  socket.resume();
  turn();
  EXPECT_EQ(trace, (Strings{"0", "3"}));
}

}  // namespace
}  // namespace parley::test
