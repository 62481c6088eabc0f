#include "transport/name_lookup.hpp"

#include "transport/busy_resolver.hpp"
#include "transport/transport_fixture.hpp"

namespace parley::transport {
namespace {

class Asker final : public LookupOwner {
 public:
  void onLookedUp(AddressFamily itsFamily, const LookupResult& result) override {
    family = itsFamily;
    if (result) {
      addresses = *result;
    } else {
      error = result.error();
    }
    if (whenDone) whenDone();
  }
  [[nodiscard]] bool isDone() const { return family.has_value(); }

  NameLookupPtr lookup;
  std::optional<AddressFamily> family;
  std::vector<SocketAddress> addresses;
  std::optional<LookupError> error;
  std::function<void()> whenDone;
};

/// "127.1" is an address to the resolver, but not to us: a name that needs no name server.
class NameLookupTest : public LoopFixture {
 protected:
  void ask(AddressFamily family, const std::string& host) {
    asker.lookup = lookUp(loop, family, host, 443, asker);
    ASSERT_TRUE(asker.lookup);
    EXPECT_FALSE(asker.isDone());  // never within the call
    const loop::KeepAlive open(loop);
    ASSERT_TRUE(runUntil([&] { return asker.isDone(); }));
  }

  Asker asker;
};

TEST_F(NameLookupTest, FindsTheAddressesOfItsFamily) {
  ask(AddressFamily::Ipv4, "127.1");
  EXPECT_EQ(asker.family, AddressFamily::Ipv4);
  ASSERT_EQ(asker.addresses.size(), 1u);
  EXPECT_EQ(asker.addresses[0].text(), "127.0.0.1:443");
}

TEST_F(NameLookupTest, TellsThatThereIsNoneOfTheOtherFamily) {
  ask(AddressFamily::Ipv6, "127.1");
  EXPECT_EQ(asker.family, AddressFamily::Ipv6);
  ASSERT_TRUE(asker.error);
  EXPECT_EQ(asker.error->kind, LookupError::Kind::NoAddress);
  EXPECT_FALSE(asker.error->text.empty());
}

TEST_F(NameLookupTest, CannotBeginWithWhatIsNoName) {
  EXPECT_FALSE(lookUp(loop, AddressFamily::Ipv4, std::string(3000, 'a'), 443, asker));
}

TEST_F(NameLookupTest, TellsNothingOnceReleased) {
  BusyResolver busy(loop);
  asker.lookup = lookUp(loop, AddressFamily::Ipv4, "127.1", 443, asker);
  asker.lookup.reset();
  busy.release();
  turn(20);
  EXPECT_FALSE(asker.isDone());
}

TEST_F(NameLookupTest, MayBeReleasedWhenItIsDone) {
  asker.whenDone = [&] { asker.lookup.reset(); };
  ask(AddressFamily::Ipv4, "127.1");
}

TEST_F(NameLookupTest, LeavesTheLoopToOthersMeanwhile) {
  BusyResolver busy(loop);
  asker.lookup = lookUp(loop, AddressFamily::Ipv4, "127.1", 443, asker);
  bool ran = false;
  loop.post([&] { ran = true; });
  ASSERT_TRUE(runUntil([&] { return ran; }));
  EXPECT_FALSE(asker.isDone());
  busy.release();
  const loop::KeepAlive open(loop);
  ASSERT_TRUE(runUntil([&] { return asker.isDone(); }));
}

}  // namespace
}  // namespace parley::transport
