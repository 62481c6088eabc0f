#include "loop/intrusive_list.hpp"

#include <memory>

#include <gtest/gtest.h>

namespace parley::loop {
namespace {

struct Item : ListNode {
  explicit Item(int value) : number(value) {}
  int number;
};

TEST(IntrusiveList, GivesObjectsInOrder) {
  IntrusiveList<Item> list;
  Item one(1), two(2);
  list.pushBack(one);
  list.pushBack(two);
  EXPECT_TRUE(one.isLinked());
  EXPECT_EQ(list.popFront()->number, 1);
  EXPECT_EQ(list.popFront()->number, 2);
  EXPECT_EQ(list.popFront(), nullptr);
  EXPECT_FALSE(one.isLinked());
}

TEST(IntrusiveList, ForgetsObjectsThatAreDestroyed) {
  IntrusiveList<Item> list;
  Item first(1), last(3);
  list.pushBack(first);
  {
    Item middle(2);
    list.pushBack(middle);
    list.pushBack(last);
  }
  EXPECT_EQ(list.popFront()->number, 1);
  EXPECT_EQ(list.popFront()->number, 3);
  EXPECT_TRUE(list.empty());
}

TEST(IntrusiveList, MovesAllToAnotherOne) {
  IntrusiveList<Item> from, to;
  Item one(1), two(2), three(3);
  to.pushBack(one);
  from.pushBack(two);
  from.pushBack(three);
  to.takeAll(from);
  EXPECT_TRUE(from.empty());
  to.takeAll(from);
  for (int number = 1; number <= 3; ++number) EXPECT_EQ(to.popFront()->number, number);
  EXPECT_TRUE(to.empty());
}

TEST(IntrusiveList, ReleasesItsObjectsWhenItGoes) {
  Item item(1);
  {
    IntrusiveList<Item> list;
    list.pushBack(item);
  }
  EXPECT_FALSE(item.isLinked());
}

}  // namespace
}  // namespace parley::loop
