// The only threads of the package. Work is cut into tiles by its shape alone, and every tile writes
// its own results, so nothing depends on which thread takes which tile, or on how many there are.
//
// Each worker begins with its own share of the tiles, the same part of every job: what it wrote in one
// job lies in its cache for the next. Whoever is done takes from the shares of the others.

#if defined(__linux__)
#define _GNU_SOURCE  // sched_getaffinity
#endif
#include "CKernels.h"
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

#define SPIN_NANOSECONDS 100000
#define MAXIMUM_WORKERS 256

#define CACHE_LINE 128  // of the processors that fetch two lines at a time

// The tiles that are left of a worker's share, `first`..<`last`, with how many workers may take them: all
// three belong to the same job whenever they are read, however late a thread comes.
typedef struct {
  _Alignas(CACHE_LINE) _Atomic uint64_t left;
} share;
#define SHARE_BITS 24
#define SHARE(workers, first, last)                                                                \
  ((uint64_t)(workers) << 2 * SHARE_BITS | (uint64_t)(first) << SHARE_BITS | (uint64_t)(last))
#define WORKERS(left) ((long)((left) >> 2 * SHARE_BITS))
#define FIRST(left) ((long)((left) >> SHARE_BITS & ((1 << SHARE_BITS) - 1)))
#define LAST(left) ((long)((left) & ((1 << SHARE_BITS) - 1)))
static share shares[MAXIMUM_WORKERS];

static _Alignas(CACHE_LINE) _Atomic long finished;
static _Alignas(CACHE_LINE) parallel_body current_body;
static void *current_context;

static _Atomic int is_busy;
static _Atomic long wanted_workers = 1;
static _Atomic long started_workers = 1;  // the caller is worker 0
static _Atomic long sleepers;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t work_arrived = PTHREAD_COND_INITIALIZER;

// Whether a share has a tile for this worker.
static int has_tile(uint64_t left, long worker) {
  return FIRST(left) < LAST(left) && worker < WORKERS(left);
}

// The next tile of the worker's own share, or the last of somebody else's; -1 where none is left.
static long take_tile(long worker) {
  long count = atomic_load_explicit(&started_workers, memory_order_relaxed);
  for (long i = 0; i < count; i++) {
    long owner = worker + i < count ? worker + i : worker + i - count;
    uint64_t left = atomic_load(&shares[owner].left);
    while (has_tile(left, worker)) {
      uint64_t rest = owner == worker ? left + SHARE(0, 1, 0) : left - 1;
      if (atomic_compare_exchange_weak(&shares[owner].left, &left, rest))
        return owner == worker ? FIRST(left) : LAST(left) - 1;
    }
  }
  return -1;
}

// Takes and runs tiles until none is left. The job cannot end, and the next cannot begin, before those
// that were taken are counted as finished.
static void run_tiles(long worker) {
  long count = 0;
  for (long tile; (tile = take_tile(worker)) >= 0; count++)
    current_body(current_context, tile, worker);
  if (count) atomic_fetch_add(&finished, count);
}

static void relax(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static int64_t nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

// Whether there is a tile to take.
static int sees_tile(long worker) {
  long count = atomic_load_explicit(&started_workers, memory_order_relaxed);
  for (long owner = 0; owner < count; owner++)
    if (has_tile(atomic_load(&shares[owner].left), worker)) return 1;
  return 0;
}

// Waits for tiles: awake for a moment, since the next job of a training step is near, then asleep.
static void wait_for_work(long worker) {
  int64_t end = nanoseconds() + SPIN_NANOSECONDS;
  do {
    for (int i = 0; i < 32; i++) {
      if (has_tile(atomic_load(&shares[worker].left), worker)) return;
      relax();
    }
    if (sees_tile(worker)) return;
  } while (nanoseconds() < end);
  pthread_mutex_lock(&mutex);
  atomic_fetch_add(&sleepers, 1);
  while (!sees_tile(worker)) pthread_cond_wait(&work_arrived, &mutex);
  atomic_fetch_sub(&sleepers, 1);
  pthread_mutex_unlock(&mutex);
}

static void *work(void *number) {
  long worker = (long)(intptr_t)number;
  for (;;) {
    run_tiles(worker);
    wait_for_work(worker);
  }
  return 0;
}

static void start_workers(long count) {
  for (; started_workers < count; started_workers++) {
    pthread_t thread;
    if (pthread_create(&thread, 0, work, (void *)(intptr_t)started_workers)) return;
    pthread_detach(thread);
  }
}

void parallel_set_workers(long count) {
  atomic_store(&wanted_workers, count < 1 ? 1 : count > MAXIMUM_WORKERS ? MAXIMUM_WORKERS : count);
}

long parallel_workers(void) { return atomic_load(&wanted_workers); }

long parallel_processors(void) {
#if defined(__linux__)
  cpu_set_t allowed;
  if (!sched_getaffinity(0, sizeof allowed, &allowed)) return CPU_COUNT(&allowed);
#endif
  long online = sysconf(_SC_NPROCESSORS_ONLN);
  return online < 1 ? 1 : online;
}

void parallel_for(long tiles, parallel_body body, void *context) {
  parallel_for_workers(parallel_workers(), tiles, body, context);
}

void parallel_for_workers(long workers, long tiles, parallel_body body, void *context) {
  int is_free = 0;
  if (tiles < 2 || workers < 2 || tiles >> SHARE_BITS ||
      !atomic_compare_exchange_strong(&is_busy, &is_free, 1)) {
    for (long tile = 0; tile < tiles; tile++) body(context, tile, 0);
    return;
  }
  start_workers(workers);
  if (workers > started_workers) workers = started_workers;
  current_body = body;
  current_context = context;
  atomic_store_explicit(&finished, 0, memory_order_relaxed);
  for (long worker = workers - 1; worker >= 0; worker--) {
    uint64_t left = SHARE(workers, tiles * worker / workers, tiles * (worker + 1) / workers);
    atomic_store_explicit(&shares[worker].left, left, memory_order_release);
  }
  // Either a worker that falls asleep sees its tiles, or it is seen here.
  atomic_thread_fence(memory_order_seq_cst);
  if (atomic_load(&sleepers)) {
    pthread_mutex_lock(&mutex);
    pthread_cond_broadcast(&work_arrived);
    pthread_mutex_unlock(&mutex);
  }
  run_tiles(0);
  while (atomic_load(&finished) < tiles) relax();
  atomic_store(&is_busy, 0);
}
