#include "client/socket_core.hpp"

#include "bytes/packed_text.hpp"
#include "client/socket_arguments.hpp"
#include "client/socket_large.hpp"
#include "client/socket_reference.hpp"
#include "loop/event_loop.hpp"

#include <parley/dom_exception.hpp>
#include <parley/loop.hpp>

namespace parley {

namespace {

std::shared_ptr<const SocketConfig> configOf(Loop& loop, const Options& options) {
  auto config = std::make_shared<SocketConfig>();
  config->limits.maxMessageSize = options.maxMessageSize;
  config->limits.largeMessageSize = options.largeMessageSize;
  config->limits.maxFragments = options.maxFragments;
  config->limits.pingAfter = options.pingAfter;
  config->limits.pingTimeout = options.pingTimeout;
  config->limits.writeTimeout = options.writeTimeout;
  config->limits.idleTimeout = options.idleTimeout;
  config->limits.closeTimeout = options.closeTimeout;
  config->compression = options.compression;
  config->invalidText = options.invalidText;
  config->loop = &loop;
  return config;
}

/// What the handshake agreed on, used as the configuration says.
std::optional<protocol::ConnectionCompression> compressionOf(const protocol::Negotiated& negotiated,
                                                             const SocketConfig& config) {
  if (!negotiated.deflate) return std::nullopt;
  return protocol::ConnectionCompression{*negotiated.deflate, &config.compression};
}

CloseEvent::Init abnormalClosure() {
  CloseEvent::Init init;
  init.code = CloseCode::kAbnormalClosure;
  return init;
}

}  // namespace

// ---- Making one ----

SocketCore::SocketCore(loop::EventLoop& loop, std::shared_ptr<const SocketConfig> config,
                       std::string_view url, std::string_view origin)
    : loop_(loop),
      self_(this),
      binaryType_(config->binaryType),
      originSize_(static_cast<std::uint32_t>(origin.size())),
      config_(std::move(config)),
      place_(bytes::packTexts({origin, url})) {
  loop_.retain();
  loop_.add(*this);
}

SocketCore::~SocketCore() {
  delete commands_.load(std::memory_order_acquire);
  delete[] agreement_.load(std::memory_order_acquire);
  delete failure_.load(std::memory_order_acquire);
  loop_.release();
}

WebSocket SocketCore::handle() noexcept {
  acquireHandle();
  return WebSocket(this);
}

WebSocket SocketCore::expect(loop::EventLoop& loop, std::shared_ptr<const SocketConfig> config,
                             std::string_view url, std::string_view origin) {
  return (new SocketCore(loop, std::move(config), url, origin))->handle();
}

WebSocket SocketCore::adopt(loop::EventLoop& loop, transport::TransportPtr transport,
                            protocol::Negotiated&& negotiated,
                            std::shared_ptr<const SocketConfig> config, std::string_view url,
                            SocketObserver* observer) {
  WebSocket socket = expect(loop, std::move(config), url);
  SocketCore& core = of(socket);
  core.observer_ = observer;
  if (observer) {
    core.isHeldByServer_ = true;
    core.acquireHandle();
  }
  core.establish(std::move(transport), std::move(negotiated));
  return socket;
}

WebSocket SocketCore::connect(Loop& loop, std::string_view url, const Protocols& protocols,
                              const Options& options, transport::TransportPtr transport) {
  if (!loop.eventLoop().isCurrentThread()) {
    throw DOMException(DOMException::Name::InvalidStateError,
                       "a WebSocket is made on the thread of its loop");
  }
  // WebSockets section 3.1, constructor: the URL is judged before the protocols.
  const Url parsed = checkedUrl(url, options);
  checkProtocols(protocols);
  checkOptions(parsed, options);
  WebSocket socket =
      expect(loop.eventLoop(), configOf(loop, options), parsed.href(), parsed.origin());
  of(socket).startOpening(protocols, options, parsed, std::move(transport));
  return socket;
}

void SocketCore::startOpening(const Protocols& protocols, const Options& options, const Url& url,
                              transport::TransportPtr transport) {
  auto& opening = occasional().opening;
  opening = std::make_unique<Opening>(*this, loop_, url, protocols, options, std::move(transport));
  opening->start();
}

bool SocketCore::makeSession(transport::TransportPtr transport, protocol::Negotiated& negotiated) {
  if (!isConnecting() || !state_.open()) return false;
  // In the order of Agreed.
  auto agreement =
      bytes::packTexts({negotiated.subprotocol, negotiated.extensions, transport->description()});
  agreement_.store(agreement.release(), std::memory_order_release);
  session_.emplace(*this, loop_, std::move(transport), negotiated.role, config_->limits,
                   compressionOf(negotiated, *config_));
  followPause();
  return true;
}

void SocketCore::establish(transport::TransportPtr transport, protocol::Negotiated&& negotiated) {
  if (!makeSession(std::move(transport), negotiated)) return;
  loop_.queueTask([self = Reference(*this), leftover = std::move(negotiated.leftover)]() mutable {
    self->open(std::move(leftover));
  });
}

void SocketCore::open(std::vector<std::byte> leftover) {
  if (!session_) return;
  fireOpen();
  if (session_) session_->start(std::move(leftover));
}

void SocketCore::onNegotiated(transport::TransportPtr transport,
                              protocol::Negotiated&& negotiated) {
  const Reference keep(*this);
  const std::unique_ptr<Opening> done = takeOpening();
  // close() of another thread may be on its way: then the connection is failed when it arrives.
  if (makeSession(std::move(transport), negotiated)) open(std::move(negotiated.leftover));
}

void SocketCore::onOpeningFailed(Failure&& failure) {
  const Reference keep(*this);
  // Its event is in our hands, and it may be running.
  const std::unique_ptr<Opening> done = takeOpening();
  runCommands();
  if (isHeld_ && !isFailing_) finish(std::move(failure), abnormalClosure());
}

void SocketCore::refuse(Failure&& failure) {
  if (!isConnecting() || isFailing_) return;
  state_.startClosing();
  failConnecting(std::move(failure));
}

// ---- Counting ----

void SocketCore::release() noexcept {
  if (refs_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
}

void SocketCore::releaseHandle() noexcept {
  if (handles_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  // The reference that the handles held together goes with this one.
  Reference last = Reference::takeOver(*this);
  if (readyState() == CLOSED || loop_.isShutDown()) return;
  auto task = [last = std::move(last)] { last->handlesGone(); };
  if (loop_.isCurrentThread()) {
    loop_.queueTask(std::move(task));
  } else {
    loop_.post(std::move(task));
  }
}

/// WebSockets section 3.1, garbage collection: an open socket that nobody can reach starts the
/// closing handshake without a code.
void SocketCore::handlesGone() {
  // A handler may have made a new handle from event.target().
  if (mayDispatch() || !isHeld_) return;
  runCommands();
  dropListeners();
  if (isConnecting()) {
    becomeClosed();
    letGo();
  } else if (session_) {
    closeNow(std::nullopt, {});
  }
}

// ---- The end ----

void SocketCore::failConnecting(Failure&& failure) {
  if (isFailing_) return;
  isFailing_ = true;
  takeOpening().reset();
  loop_.queueTask([self = Reference(*this), failure = std::move(failure)]() mutable {
    if (self->isHeld_) self->finish(std::move(failure), abnormalClosure());
  });
}

void SocketCore::finish(std::optional<Failure>&& failure, CloseEvent::Init&& close) {
  const Reference keep(*this);
  const bool isFailed = failure.has_value();
  if (failure) failure_.store(new Failure(std::move(*failure)), std::memory_order_release);
  becomeClosed();
  fireClosed(isFailed, std::move(close));
  dropListeners();
  if (SocketObserver* const observer = std::exchange(observer_, nullptr)) {
    observer->onSocketClosed(*this);
  }
  letGo();
}

void SocketCore::becomeClosed() {
  state_.close();
  occasional_.reset();
  if (session_ && !session_->isWorking()) session_.reset();
  LoopObject::unlink();
  if (links.list) links.list->remove(*this);
}

/// Gives back what the connection held. May destroy this.
void SocketCore::letGo() {
  if (!std::exchange(isHeld_, false)) return;
  const Reference last = Reference::takeOver(*this);
  if (std::exchange(isHeldByServer_, false)) releaseHandle();
}

void SocketCore::abandon() {
  if (!isHeld_) return;
  const Reference keep(*this);
  observer_ = nullptr;
  if (session_) session_->abandon();
  const bool isWorking = session_ && session_->isWorking();
  becomeClosed();
  // Memory of the loop must go back to it on its own thread, whoever holds the last handle.
  if (isWorking) loop_.queueTask([self = Reference(*this)] { self->session_.reset(); });
  dropListeners();
  letGo();
}

void SocketCore::onLoopDestroyed() {
  const Reference keep(*this);
  // WebSockets section 3.1, "make disappear": 1001, and nobody hears of it.
  if (session_) session_->leave();
  observer_ = nullptr;
  becomeClosed();
  dropListeners();
  letGo();
}

void SocketCore::goingAway() {
  runCommands();
  if (session_) {
    state_.startClosing();
    isClosing_ = true;
    session_->close(CloseCode::kGoingAway, {});
  } else if (isConnecting()) {
    refuse({.stage = Failure::Stage::Handshake, .message = "the server is shutting down"});
  }
}

// ---- Listeners ----

bool SocketCore::mayChangeListeners() const {
  // Handlers are released with CLOSED: what is set later would have no event, and could keep its
  // own socket alive for ever.
  if (readyState() == CLOSED) return false;
  if (!loop_.isCurrentThread()) {
    throw DOMException(DOMException::Name::InvalidStateError,
                       "handlers and listeners are for the thread of the socket's loop");
  }
  return true;
}

ListenerTable& SocketCore::listeners() {
  if (!listeners_) listeners_ = std::make_unique<ListenerTable>();
  return *listeners_;
}

void SocketCore::dropListeners() {
  if (!listeners_) return;
  listeners_->clear();
  if (!listeners_->isDispatching()) listeners_.reset();
}

void SocketCore::setHandler(EventHandlerName name, EventCallback callback) {
  if (mayChangeListeners()) listeners().setHandler(name, std::move(callback));
}

bool SocketCore::hasHandler(EventHandlerName name) const noexcept {
  return loop_.isCurrentThread() && listeners_ && listeners_->hasHandler(name);
}

void SocketCore::addEventListener(std::string_view type, const EventListener& listener,
                                  const AddEventListenerOptions& options) {
  if (mayChangeListeners()) listeners().add(type, listener, options);
}

void SocketCore::removeEventListener(std::string_view type, const EventListener& listener,
                                     bool capture) {
  if (mayChangeListeners() && listeners_) listeners_->remove(type, listener, capture);
}

bool SocketCore::dispatchEvent(Event& event) {
  const bool hasListeners = mayChangeListeners() && listeners_;
  if (!EventDispatcher::begin(event, self_.socket)) {
    throw DOMException(DOMException::Name::InvalidStateError,
                       "the event is being dispatched already");
  }
  const Reference keep(*this);
  if (hasListeners) listeners_->dispatch(event, loop_, handles_);
  EventDispatcher::end(event);
  return !event.defaultPrevented();
}

// ---- What only some have ----

SocketCore::Occasional& SocketCore::occasional() {
  if (!occasional_) occasional_ = std::make_unique<Occasional>();
  return *occasional_;
}

std::unique_ptr<Opening> SocketCore::takeOpening() noexcept {
  if (!occasional_) return nullptr;
  std::unique_ptr<Opening> opening = std::move(occasional_->opening);
  // There is hardly ever anything else before the connection is open.
  if (!occasional_->topics) occasional_.reset();
  return opening;
}

SocketTopics& SocketCore::makeTopics() {
  auto& topics = occasional().topics;
  if (!topics) topics = std::make_unique<SocketTopics>(*this);
  return *topics;
}

// ---- Attributes ----

std::string SocketCore::url() const {
  return std::string(bytes::packedText(place_.get(), static_cast<std::size_t>(Place::Url)));
}

std::string SocketCore::agreed(Agreed what) const {
  const char* const agreement = agreement_.load(std::memory_order_acquire);
  if (!agreement) return {};
  return std::string(bytes::packedText(agreement, static_cast<std::size_t>(what)));
}

std::string SocketCore::extensions() const {
  return agreed(Agreed::Extensions);
}

std::string SocketCore::protocol() const {
  return agreed(Agreed::Protocol);
}

std::string SocketCore::remoteAddress() const {
  return agreed(Agreed::RemoteAddress);
}

std::optional<Failure> SocketCore::failure() const {
  const Failure* const failure = failure_.load(std::memory_order_acquire);
  if (!failure) return std::nullopt;
  return *failure;
}

std::optional<std::chrono::milliseconds> SocketCore::latency() const noexcept {
  const std::int32_t latency = latency_.load(std::memory_order_relaxed);
  if (latency < 0) return std::nullopt;
  return std::chrono::milliseconds(latency);
}

Loop* SocketCore::loop() const noexcept {
  return loop_.isShutDown() ? nullptr : config_->loop;
}

}  // namespace parley
