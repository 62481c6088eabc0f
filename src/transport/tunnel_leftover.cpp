#include "transport/tunnel_leftover.hpp"

#include "loop/event_loop.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace parley::transport {

namespace {

class LeftoverTransport final : public Transport,
                                public TransportListener,
                                private loop::Flushable {
 public:
  LeftoverTransport(loop::EventLoop& loop, TransportPtr inner, std::vector<std::byte> leftover)
      : loop_(loop), inner_(std::move(inner)), leftover_(std::move(leftover)), rest_(leftover_) {
    inner_->setListener(this);
  }

  void setListener(TransportListener* listener) override { listener_ = listener; }
  void resumeReading() override;
  void pauseReading() override;
  std::size_t write(std::span<const protocol::OutputPiece> pieces) override {
    return inner_->write(pieces);
  }
  void finish() override { inner_->finish(); }
  void abort() override;
  [[nodiscard]] std::string description() const override { return inner_->description(); }

 private:
  /// A call of the loop or the inner transport: a release from within waits for its end.
  class Call {
   public:
    explicit Call(LeftoverTransport& transport) noexcept : transport_(transport) {
      ++transport_.calls_;
    }
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;
    ~Call() {
      if (--transport_.calls_ == 0 && transport_.isReleased_) delete &transport_;
    }

   private:
    LeftoverTransport& transport_;
  };

  ~LeftoverTransport() override = default;
  void release() noexcept override;
  void onFlush() override;
  void deliver();

  std::span<std::byte> onReadBuffer() override {
    return listener_ ? listener_->onReadBuffer() : std::span<std::byte>();
  }
  void onBytes(std::span<std::byte> bytes) override {
    const Call call(*this);
    if (listener_) listener_->onBytes(bytes);
  }
  void onWritable() override {
    const Call call(*this);
    if (listener_) listener_->onWritable();
  }
  void onEnd() override {
    const Call call(*this);
    if (listener_) listener_->onEnd();
  }
  void onFailed(const TransportError& error) override;

  loop::EventLoop& loop_;
  TransportPtr inner_;
  TransportListener* listener_ = nullptr;
  std::vector<std::byte> leftover_;
  std::span<std::byte> rest_;  // of leftover_
  int calls_ = 0;
  bool isReading_ = false;
  bool isAborted_ = false;
  bool isReleased_ = false;
};

void LeftoverTransport::resumeReading() {
  isReading_ = true;
  if (rest_.empty()) {
    inner_->resumeReading();
  } else {
    loop_.requestFlush(*this);
  }
}

void LeftoverTransport::pauseReading() {
  isReading_ = false;
  inner_->pauseReading();
}

void LeftoverTransport::abort() {
  isReading_ = false;
  isAborted_ = true;
  inner_->abort();
}

void LeftoverTransport::onFlush() {
  const Call call(*this);
  deliver();
  if (isReading_ && rest_.empty()) inner_->resumeReading();
}

void LeftoverTransport::deliver() {
  while (isReading_ && listener_ && !rest_.empty()) {
    std::span<std::byte> bytes = listener_->onReadBuffer();
    if (bytes.empty()) {
      bytes = std::exchange(rest_, {});
    } else {
      bytes = bytes.first(std::min(bytes.size(), rest_.size()));
      std::copy_n(rest_.begin(), bytes.size(), bytes.begin());
      rest_ = rest_.subspan(bytes.size());
    }
    listener_->onBytes(bytes);
  }
}

/// What came before the failure is heard before it, by who wants to read.
void LeftoverTransport::onFailed(const TransportError& error) {
  const Call call(*this);
  deliver();
  if (listener_ && !isAborted_) listener_->onFailed(error);
}

void LeftoverTransport::release() noexcept {
  listener_ = nullptr;
  isReading_ = false;
  unlink();
  inner_.reset();
  isReleased_ = true;
  if (calls_ == 0) delete this;
}

}  // namespace

TransportPtr withLeftover(loop::EventLoop& loop, TransportPtr inner,
                          std::vector<std::byte> leftover) {
  return TransportPtr(new LeftoverTransport(loop, std::move(inner), std::move(leftover)));
}

}  // namespace parley::transport
