/**
 * @file The bits of all numbers of the networks in `digest-networks.ts`. A change of these networks, of a seed's meaning or of the
 * arithmetic changes them, and says so in its changeset; nothing else may.
 */
import type { Digests, ThreadDigests } from './digests.ts';

export const KEPT_DIGESTS: Digests = {
  float32: {
    'spike trains': {
      spikes: 'e2dc236db9ea45e4c71877d074366878cb43cf4621fae56ab378578c7d2dccd1',
      voltages: '54749f287d1cc489ef97cd152e114f4a8e058412b18e60cccc0da55831fe1fbe',
      'rectified spikes': '58af465e220888409a4827fdafb5057c3fd2dff140446bdddc6d96428dc3b4d1',
      decoded: '919dbd811b6ca0738fc1461c35284df731fb2dd9cf05a211af3584a8475f4050',
      end: '9060bb7f37c818534b74c4836c053184eddd15f11f4d9e8095d93c413202cfe2',
    },
    'a trained network': {
      losses: '4201da8f0db70373bddc3793e5db30a18c39b07264cfd1b42d9a19bef085b103',
      'from input': '45c90fabd685d84b04efb891a076dcaf4a99bb428be1eda47e76d48f1bf3a49b',
      recurrent: '253911bfa2d1b48be252a8969983ac51f90988bd468a1b42f24e405fcd2a7081',
      between: '747e648874758468e92286ce5350c43438e1e763caee1516c8eb8e9ee1d74c04',
      'to output': 'c83609dedc68ed8a73f4e73aaa5dcd2cb54ce8612b467c624b5f2d4a4f797062',
      'bias of first': 'dc642dac26be09db8dfa7a29e7715fda7a2468a5539fd51eabb2e813e9575376',
      'bias of second': 'e291821a5365391cd026289b00d30ed7ae2d46fcb352311ff04fafe6addd6d5a',
    },
    'a generated input and its events': {
      spikes: 'f49a89518ac98948e1514dc69862c42700d9a1aed78131409500a5fb942782cb',
      filtered: 'aee02eedbecdcc77abafa802f48917a9a744a8ec4f138f9ce3f632428227634e',
      bent: '3fbe66da47574054f91149a09569bd184a31c6c1e14daa6f78ae1e3682918f78',
      greatest: '06c5775e16554eb006d36d77200920fedea8a1dfd5d096622eec5b63689bd3ea',
    },
  },
  float64: {
    'spike trains': {
      spikes: 'a84784b05ef937b5f93b587831e3a764dd1eab0f26dbe0c982b5f3071bb71043',
      voltages: '49a4543a8942d2e1ebff60223ece1186d163bb1e0b86361aa78a9c82c81adf81',
      'rectified spikes': 'c5c00a08c90f694694567f19652ddb31b775327afda39bec3d3cb1e3b2563d3e',
      decoded: 'b85edae29323b699851ca93da0000b2bc8df60905d20279819442b19b3454ae9',
      end: 'a74c3cc5504417cefe1428dc5a418b18e652f3629228403a3ba79d7d11dea01b',
    },
    'a trained network': {
      losses: '950d5eaca3bcb0d364dc58372a79c8300fe91570065ff04898e21951c1bbea41',
      'from input': 'f8df95463c2218696d5c3337587187ab323aecedab374b9740207e9fde5838b4',
      recurrent: '08218d7670a0cb9781ffe8cfd89b98a7cd0c4e10d1ca8440457a0c9f15cfe3b7',
      between: '3dcdbceeff7bc24378097903ccfc9292c8526a879e35e1885e1754fe9f05f2d2',
      'to output': 'df0061602facfdb531c07340e5b317e4771671b4a3158949dd13ebc7ae4f04a5',
      'bias of first': '6e0a5b0802f4b7af8ffb4295addc1759f790aaa65f94a22bb9beb863ffd8f265',
      'bias of second': '0b9afd6ce21a251b23b01d458e80a124e72e95a8b3cb85db673d959bcac33019',
    },
    'a generated input and its events': {
      spikes: 'f49a89518ac98948e1514dc69862c42700d9a1aed78131409500a5fb942782cb',
      filtered: '174079452edfb7efae6de435e9838625157b6fdb22c35c6f0e663e82f330e206',
      bent: '01d2ea07644dec5943e27d55888f0b3123560b4d6abf4a0251849a61ef1073b3',
      greatest: 'b84ad06c9fb34f3db4c9866e030cb726e3fac0bf476a5745913db78f01589704',
    },
  },
};

/** Those of the networks in `thread-networks.ts`, on any number of threads. */
export const KEPT_THREAD_DIGESTS: ThreadDigests = {
  'many neurons': {
    decoded: '168b1e14c98f401941a52c7f5c5f13f615b14181052aceb574b80cbd76a06f85',
    spikes: '4edde73a99d64545cc6eec6be9ac69ede5b9195c957cb9d6b89dd89b2a960cd9',
  },
  'two wide layers': {
    first: '79a9863b723f26a27e4317c6bd1c1fa626c8396fe39059cd93ea5a9dc05412e7',
    second: 'c1b8e1a73d05a8aff3103de546309a24be1d628f6a19f204a6943ffac4a8255e',
    third: '3f7bc15bac7a88146a17884b5201f5715fa6403b17ab287f1c03ba33e1852e7a',
  },
};
