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
      end: 'b01fed7a1ade679f9b466b2270bed94d4fc3441a19aa54beffa2d29b81afbf1a',
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
      bent: '7d2c59c52536119070b92d8b3662a9a85b31a534d400f264795a3985e0eba412',
      greatest: '06c5775e16554eb006d36d77200920fedea8a1dfd5d096622eec5b63689bd3ea',
    },
  },
  float64: {
    'spike trains': {
      spikes: 'a84784b05ef937b5f93b587831e3a764dd1eab0f26dbe0c982b5f3071bb71043',
      voltages: 'baebfc17adf38adf3a0f532a7b823dcf183a49ef1560e73fce07570a58baaa9f',
      'rectified spikes': 'c5c00a08c90f694694567f19652ddb31b775327afda39bec3d3cb1e3b2563d3e',
      decoded: '41352c5aaeb2703d5f59e45c7e47ebedc9b863f74f337960c60643df3535b6b7',
      end: '820ff332553411f5739df82b4921e8e227c679e7bdbb87453d32daf6b17db876',
    },
    'a trained network': {
      losses: '950d5eaca3bcb0d364dc58372a79c8300fe91570065ff04898e21951c1bbea41',
      'from input': 'd6b362800736883ebb4c2fd656a38f93547d1a978f4c654398e20bccdf75c369',
      recurrent: '1c284cea733126f35684dc29a0456666cfbd056faafb51a1f863a132a262b2d1',
      between: '63ceedff7d02ceb1dd84e6d07284091f98ef822867707cc618a5eaa35d9b9d6c',
      'to output': 'df0061602facfdb531c07340e5b317e4771671b4a3158949dd13ebc7ae4f04a5',
      'bias of first': '6e0b466c3e839942e3f01e2c0e8ceae711cfdd0ed14ddcd58c944167c7d046cb',
      'bias of second': '0b9afd6ce21a251b23b01d458e80a124e72e95a8b3cb85db673d959bcac33019',
    },
    'a generated input and its events': {
      spikes: 'f49a89518ac98948e1514dc69862c42700d9a1aed78131409500a5fb942782cb',
      filtered: '174079452edfb7efae6de435e9838625157b6fdb22c35c6f0e663e82f330e206',
      bent: 'b5f9b89941341fb9055d547f17bf379333196b532180a5c958ad1a780b9d4b17',
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
    first: '041834f8f126d054a51af421d55c9895b9b6268d20b774e40535cc5632a62e9e',
    second: 'b35e2e9f70c2cb74acfbafb246d71aad761cc716377ebdb02929ccd7621cd77e',
    third: 'd3235995af34aafe1ba1900b7c36f38800c38cefa15f8c027dff88ea0c26d200',
  },
};
