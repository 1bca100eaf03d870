// One layer in C++, step by step: encode - LIF step - decode - filter, float32, one thread. `layer TABLES REPETITIONS` reads what
// `apps/bench/src/native-layer.ts` writes, and prints microseconds of work per step (the median of the repetitions), and spikes per neuron and
// second while the table is fed for the second time.
//
// Loops are plain, for the compiler to vectorise as wide as the machine allows; a block of neurons is encoded for all items while its
// encoders are in cache. Decoding is event-driven: only rows of neurons that spiked are added.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

constexpr float DT = 0.001f, TAU_RC = 0.02f, TAU_REF = 0.002f, TAU_SYNAPSE = 0.005f;
constexpr int BLOCK = 512;

struct Header {
  int32_t neurons, dimensions, items, steps, recurrent;
};

static std::vector<float> read(std::FILE *file, size_t count) {
  std::vector<float> values(count);
  if (std::fread(values.data(), sizeof(float), count, file) != count) std::exit(1);
  return values;
}

// exp(x) - 1 of -0.05 <= x <= 0, to the last digits: its series.
static inline float expm1OfStep(float x) {
  return x * (1 + x * (1.f / 2 + x * (1.f / 6 + x * (1.f / 24 + x * (1.f / 120)))));
}

class Layer {
 public:
  explicit Layer(std::FILE *file) {
    if (std::fread(&h, sizeof h, 1, file) != 1) std::exit(1);
    const size_t N = h.neurons, D = h.dimensions;
    encoders = read(file, D * N);
    bias = read(file, N);
    decoders = read(file, N * D);
    const auto voltage = read(file, N);
    input = read(file, size_t(h.steps) * h.items * D);
    for (int item = 0; item < h.items; item++) v.insert(v.end(), voltage.begin(), voltage.end());
    r.resize(h.items * N);
    x.resize(h.items * D);
    y.resize(h.items * D);
    spiking.resize(N);
  }

  void run() {
    for (int t = 0; t < h.steps; t++) {
      const size_t size = size_t(h.items) * h.dimensions;
      step(&input[t * size]);
    }
    decoded = y;
  }

  Header h;
  int64_t spikes = 0;
  // At the last step, [items, dimensions].
  std::vector<float> decoded;

 private:
  void step(const float *stimulus) {
    const int N = h.neurons, D = h.dimensions;
    const float decay = std::exp(-DT / TAU_SYNAPSE);
    for (int i = 0; i < h.items * D; i++) {
      x[i] = h.recurrent ? stimulus[i] + y[i] : stimulus[i];
      y[i] *= decay;
    }
    for (int first = 0; first < N; first += BLOCK) {
      const int count = std::min(BLOCK, N - first);
      for (int item = 0; item < h.items; item++) {
        encode(&x[item * D], first, count);
        decode(lif(&v[size_t(item) * N + first], &r[size_t(item) * N + first], count), first, 1 - decay, &y[item * D]);
      }
    }
  }

  void encode(const float *x, int first, int count) {
    for (int n = 0; n < count; n++) J[n] = bias[first + n];
    for (int d = 0; d < h.dimensions; d++) {
      const float *row = &encoders[size_t(d) * h.neurons + first];
      for (int n = 0; n < count; n++) J[n] += x[d] * row[n];
    }
  }

  // Steps `count` neurons; how many spiked, which are listed.
  int lif(float *__restrict v, float *__restrict r, int count) {
    for (int n = 0; n < count; n++) {
      const float left = r[n] - DT;
      const float delta = std::min(std::max(DT - left, 0.f), DT);
      const float moved = v[n] - (J[n] - v[n]) * expm1OfStep(delta * (-1 / TAU_RC));
      r[n] = left;
      v[n] = moved < 0 ? 0 : moved;
    }
    int fired = 0;
    for (int n = 0; n < count; n++) {
      spiking[fired] = n;
      fired += v[n] > 1;
    }
    for (int index = 0; index < fired; index++) {
      const int n = spiking[index];
      r[n] = TAU_REF + DT + TAU_RC * std::log1p((1 - v[n]) / (J[n] - 1));
      v[n] = 0;
    }
    spikes += fired;
    return fired;
  }

  void decode(int fired, int first, float factor, float *__restrict y) {
    for (int index = 0; index < fired; index++) {
      const float *row = &decoders[size_t(first + spiking[index]) * h.dimensions];
      for (int d = 0; d < h.dimensions; d++) y[d] += factor / DT * row[d];
    }
  }

  std::vector<float> encoders, bias, decoders, input, v, r, x, y;
  std::vector<int> spiking;
  float J[BLOCK];
};

// Seconds that the processor has worked for this process: others may have it in between.
static double worked() {
  timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec + 1e-9 * time.tv_nsec;
}

int main(int, char **arguments) {
  std::FILE *file = std::fopen(arguments[1], "rb");
  if (!file) return 1;
  Layer layer(file);
  std::fclose(file);
  layer.run();
  layer.spikes = 0;
  layer.run();
  const Header &h = layer.h;
  const double rate = layer.spikes / (double(h.steps) * DT) / h.items / h.neurons;
  std::vector<double> times;
  for (int repetition = 0; repetition < std::atoi(arguments[2]); repetition++) {
    const double began = worked();
    layer.run();
    times.push_back(1e6 * (worked() - began));
  }
  std::sort(times.begin(), times.end());
  std::printf("{\"figure\": %.3f, \"rate\": %.4f}\n", times[times.size() / 2] / h.steps, rate);
}
