#include <parley/dom_exception.hpp>
#include <parley/testing/memory_pipe.hpp>
#include <parley/topics.hpp>

#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

// Topics, over pairs of sockets in memory and over loops of several threads.

namespace parley {
namespace {

using Strings = std::vector<std::string>;

class TopicsTest : public ::testing::Test {
 protected:
  struct Reader {
    explicit Reader(Loop& loop) : pipe(loop) {
      pipe.client().onmessage = [this](const MessageEvent& event) {
        const auto bytes = event.data().bytes();
        heard.emplace_back(reinterpret_cast<const char*>(bytes.data()), bytes.size());
      };
    }
    [[nodiscard]] WebSocket& socket() { return pipe.server(); }

    parley::testing::MemoryPipe pipe;
    Strings heard;
  };

  void SetUp() override {
    for (int i = 0; i < 4; ++i) readers.push_back(std::make_unique<Reader>(loop));
    turn();
    for (auto& reader : readers) ASSERT_EQ(reader->socket().readyState(), WebSocket::OPEN);
  }
  void turn() {
    for (int i = 0; i < 60; ++i) loop.poll();
  }
  WebSocket& socket(std::size_t i) { return readers[i]->socket(); }
  Strings& heard(std::size_t i) { return readers[i]->heard; }

  Loop loop;
  std::vector<std::unique_ptr<Reader>> readers;
  Topics topics;
};

TEST_F(TopicsTest, SendsToSubscribersOnly) {
  topics.subscribe(socket(0), "a");
  topics.subscribe(socket(1), "a");
  topics.subscribe(socket(1), "b");
  topics.publish("a", "to a");
  topics.publish("b", std::as_bytes(std::span(std::string_view("to b"))));
  topics.publish("c", "to nobody");
  turn();
  EXPECT_EQ(heard(0), Strings{"to a"});
  EXPECT_EQ(heard(1), (Strings{"to a", "to b"}));
  EXPECT_TRUE(heard(2).empty());
  EXPECT_EQ(topics.subscribers("a"), 2U);
  EXPECT_EQ(topics.subscribers("b"), 1U);
  EXPECT_EQ(topics.subscribers("c"), 0U);
}

TEST_F(TopicsTest, CountsASubscriptionOnce) {
  topics.subscribe(socket(0), "a");
  topics.subscribe(socket(0), "a");
  topics.publish("a", "once");
  turn();
  EXPECT_EQ(heard(0), Strings{"once"});
  EXPECT_EQ(topics.subscribers("a"), 1U);
  EXPECT_EQ(topics.topicsOf(socket(0)), Strings{"a"});
}

TEST_F(TopicsTest, LeavesOutTheAuthor) {
  for (std::size_t i = 0; i < 3; ++i) topics.subscribe(socket(i), "room");
  topics.publish("room", "from 1", &socket(1));
  turn();
  EXPECT_EQ(heard(0), Strings{"from 1"});
  EXPECT_TRUE(heard(1).empty());
  EXPECT_EQ(heard(2), Strings{"from 1"});
}

TEST_F(TopicsTest, KeepsTheOrderOfPublishAndSend) {
  topics.subscribe(socket(0), "a");
  socket(0).send("1");
  topics.publish("a", "2");
  socket(0).send("3");
  topics.publish("a", "4");
  turn();
  EXPECT_EQ(heard(0), (Strings{"1", "2", "3", "4"}));
}

TEST_F(TopicsTest, ForgetsWhoUnsubscribesWhateverTheOrder) {
  for (std::size_t i = 0; i < 4; ++i) {
    topics.subscribe(socket(i), "a");
    topics.subscribe(socket(i), "b");
  }
  topics.unsubscribe(socket(0), "a");
  topics.unsubscribe(socket(0), "a");
  topics.unsubscribe(socket(2));
  topics.unsubscribe(socket(1), "none");
  topics.publish("a", "a");
  topics.publish("b", "b");
  turn();
  EXPECT_EQ(heard(0), Strings{"b"});
  EXPECT_EQ(heard(1), (Strings{"a", "b"}));
  EXPECT_TRUE(heard(2).empty());
  EXPECT_EQ(heard(3), (Strings{"a", "b"}));
  EXPECT_EQ(topics.subscribers("a"), 2U);
  EXPECT_EQ(topics.topicsOf(socket(2)), Strings{});
  topics.subscribe(socket(2), "a");
  topics.publish("a", "again");
  turn();
  EXPECT_EQ(heard(2), Strings{"again"});
}

TEST_F(TopicsTest, ForgetsSocketsThatClose) {
  for (std::size_t i = 0; i < 4; ++i) topics.subscribe(socket(i), "a");
  socket(1).close();
  EXPECT_EQ(topics.subscribers("a"), 4U);
  turn();
  ASSERT_EQ(socket(1).readyState(), WebSocket::CLOSED);
  EXPECT_EQ(topics.subscribers("a"), 3U);
  topics.subscribe(socket(1), "a");
  EXPECT_EQ(topics.subscribers("a"), 3U) << "it stays closed";
  topics.publish("a", "still");
  turn();
  EXPECT_EQ(heard(3), Strings{"still"});
  EXPECT_EQ(socket(1).bufferedAmount(), 0U);
}

TEST_F(TopicsTest, SkipsSocketsThatAreClosing) {
  topics.subscribe(socket(0), "a");
  socket(0).close();
  topics.publish("a", "late");
  EXPECT_EQ(socket(0).bufferedAmount(), 0U);
}

TEST_F(TopicsTest, MayGoBeforeItsSockets) {
  {
    Topics shortLived;
    shortLived.subscribe(socket(0), "a");
    topics.subscribe(socket(0), "a");
  }
  topics.publish("a", "still");
  turn();
  EXPECT_EQ(heard(0), Strings{"still"});
  socket(0).close();
  turn();
  EXPECT_EQ(topics.subscribers("a"), 0U);
}

TEST_F(TopicsTest, RefusesTextThatIsNotUtf8) {
  EXPECT_THROW(topics.publish("a", "\xff"), DOMException);
}

TEST_F(TopicsTest, AreForTheThreadOfTheSocketButForPublishing) {
  topics.subscribe(socket(0), "a");
  std::thread([&] {
    EXPECT_THROW(topics.subscribe(socket(1), "a"), DOMException);
    EXPECT_THROW(topics.unsubscribe(socket(0), "a"), DOMException);
    EXPECT_THROW((void)topics.topicsOf(socket(0)), DOMException);
    topics.publish("a", "from elsewhere");
    topics.publish("a", "but not to you", &socket(0));
    topics.publish("a", "in order");
  }).join();
  EXPECT_TRUE(heard(0).empty());
  turn();
  EXPECT_EQ(heard(0), (Strings{"from elsewhere", "in order"}));
}

TEST_F(TopicsTest, CrossLoops) {
  topics.subscribe(socket(0), "a");
  LoopThread network;
  std::promise<void> subscribed;
  std::promise<std::string> heardThere;
  std::unique_ptr<parley::testing::MemoryPipe> there;
  network.loop().post([&] {
    there = std::make_unique<parley::testing::MemoryPipe>(network.loop());
    there->client().onmessage = [&](const MessageEvent& event) {
      heardThere.set_value(std::string(event.data().text()));
    };
    there->server().onopen = [&](const Event&) {
      topics.subscribe(there->server(), "a");
      subscribed.set_value();
    };
  });
  subscribed.get_future().wait();
  EXPECT_EQ(topics.subscribers("a"), 2U);
  topics.publish("a", "everywhere");
  EXPECT_EQ(heardThere.get_future().get(), "everywhere");
  turn();
  EXPECT_EQ(heard(0), Strings{"everywhere"});
  std::promise<void> gone;
  network.loop().post([&] {
    there.reset();
    gone.set_value();
  });
  gone.get_future().wait();
}

TEST_F(TopicsTest, OutliveTheirLoops) {
  {
    Loop other;
    Reader reader(other);
    for (int i = 0; i < 60; ++i) other.poll();
    topics.subscribe(reader.socket(), "a");
    EXPECT_EQ(topics.subscribers("a"), 1U);
  }
  EXPECT_EQ(topics.subscribers("a"), 0U);
  topics.publish("a", "to nobody");
  topics.subscribe(socket(0), "a");
  topics.publish("a", "to one");
  turn();
  EXPECT_EQ(heard(0), Strings{"to one"});
}

}  // namespace
}  // namespace parley
