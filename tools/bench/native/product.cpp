// A product of two square matrices in C++, float32, one thread: vectors of 128 bits, no fused multiply-add (-ffp-contract=off), and
// each element summed in the order of its terms, as in ndl. `product REPETITIONS` prints GFLOP per second of work (the median of the
// repetitions), and the sum of all elements, to be the same as ndl's. The right matrix lies in panels as wide as a tile; packing
// them is not timed.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

typedef float Vector __attribute__((vector_size(16)));

// Rows and vectors of a tile: 6x2 was quicker than 2x4 and 4x2 on the machine of docs/performance.md.
constexpr int ROWS = 6, VECTORS = 2;
constexpr int SIZE = 1024, WIDTH = 4 * VECTORS;
// Terms, and rows, that stay in cache together.
constexpr int TERMS = 512, BAND = 96;

// Adds `TERMS` terms to a tile of `Rows` x WIDTH; the first are added to zeros.
template <int Rows>
static inline __attribute__((always_inline)) void tile(const float *left, const float *panel, float *target, bool first) {
  Vector sums[Rows][VECTORS];
  for (int row = 0; row < Rows; row++)
    for (int vector = 0; vector < VECTORS; vector++)
      sums[row][vector] = first ? Vector{0} : *(const Vector *)(target + row * SIZE + 4 * vector);
  for (int term = 0; term < TERMS; term++)
    for (int row = 0; row < Rows; row++) {
      const float value = left[row * SIZE + term];
      const Vector factor = {value, value, value, value};
      for (int vector = 0; vector < VECTORS; vector++)
        sums[row][vector] += factor * *(const Vector *)(panel + term * WIDTH + 4 * vector);
    }
  for (int row = 0; row < Rows; row++)
    for (int vector = 0; vector < VECTORS; vector++)
      *(Vector *)(target + row * SIZE + 4 * vector) = sums[row][vector];
}

static void multiply(const float *left, const float *panels, float *target) {
  for (int top = 0; top < SIZE; top += BAND) {
    const int bottom = std::min(top + BAND, SIZE);
    for (int term = 0; term < SIZE; term += TERMS)
      for (int column = 0; column < SIZE; column += WIDTH) {
        const float *panel = panels + column * SIZE + term * WIDTH;
        int row = top;
        for (; row + ROWS <= bottom; row += ROWS)
          tile<ROWS>(left + row * SIZE + term, panel, target + row * SIZE + column, term == 0);
        for (; row < bottom; row++) tile<1>(left + row * SIZE + term, panel, target + row * SIZE + column, term == 0);
      }
  }
}

static float *matrix() { return (float *)std::aligned_alloc(64, sizeof(float) * SIZE * SIZE); }

// Seconds that the processor has worked for this process: others may have it in between.
static double worked() {
  timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec + 1e-9 * time.tv_nsec;
}

int main(int, char **arguments) {
  float *left = matrix(), *panels = matrix(), *target = matrix();
  for (int row = 0; row < SIZE; row++)
    for (int term = 0; term < SIZE; term++) {
      const int index = row * SIZE + term;
      left[index] = float(index % 1009 + 1) / 1010 - 0.5f;
      panels[row / WIDTH * WIDTH * SIZE + term * WIDTH + row % WIDTH] = float(index % 997 + 1) / 998 - 0.5f;
    }
  std::vector<double> seconds;
  for (int repetition = 0; repetition < std::atoi(arguments[1]); repetition++) {
    const double began = worked();
    multiply(left, panels, target);
    seconds.push_back(worked() - began);
  }
  std::sort(seconds.begin(), seconds.end());
  double sum = 0;
  for (int index = 0; index < SIZE * SIZE; index++) sum += target[index];
  std::printf("{\"figure\": %.3f, \"sum\": %.17g}\n", 2e-9 * SIZE * SIZE * SIZE / seconds[seconds.size() / 2], sum);
}
