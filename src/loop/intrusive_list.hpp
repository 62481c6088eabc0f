#pragma once

#include <utility>

namespace parley::loop {

/// The links that an object carries to be in one IntrusiveList. Destroying it takes it out.
class ListNode {
 public:
  ListNode() noexcept = default;
  ListNode(const ListNode&) = delete;
  ListNode& operator=(const ListNode&) = delete;
  ~ListNode() { unlink(); }

  [[nodiscard]] bool isLinked() const noexcept { return next_ != nullptr; }
  /// Takes it out of its list; nothing happens if it is in none.
  void unlink() noexcept {
    if (!next_) return;
    prev_->next_ = next_;
    next_->prev_ = prev_;
    prev_ = next_ = nullptr;
  }

 private:
  template <typename T>
  friend class IntrusiveList;

  ListNode* prev_ = nullptr;
  ListNode* next_ = nullptr;
};

/// A queue of objects that it does not own, linked through their base class T (derived from
/// ListNode). Objects may leave it at any time, also while it is being worked through with
/// popFront().
template <typename T>
class IntrusiveList {
 public:
  IntrusiveList() noexcept { head_.prev_ = head_.next_ = &head_; }
  IntrusiveList(const IntrusiveList&) = delete;
  IntrusiveList& operator=(const IntrusiveList&) = delete;
  ~IntrusiveList() {
    while (popFront()) {
    }
  }

  [[nodiscard]] bool empty() const noexcept { return head_.next_ == &head_; }
  /// Precondition: `object` is in no list.
  void pushBack(T& object) noexcept {
    ListNode& node = object;
    node.prev_ = head_.prev_;
    node.next_ = &head_;
    head_.prev_->next_ = &node;
    head_.prev_ = &node;
  }
  /// The first object, taken out; nullptr if there is none.
  T* popFront() noexcept {
    if (empty()) return nullptr;
    ListNode* node = head_.next_;
    node->unlink();
    return static_cast<T*>(node);
  }
  /// Moves all objects of `other` to the end of this list.
  void takeAll(IntrusiveList& other) noexcept {
    if (other.empty()) return;
    other.head_.next_->prev_ = head_.prev_;
    other.head_.prev_->next_ = &head_;
    head_.prev_->next_ = other.head_.next_;
    head_.prev_ = other.head_.prev_;
    other.head_.prev_ = other.head_.next_ = &other.head_;
  }

 private:
  ListNode head_;
};

}  // namespace parley::loop
