/** @file The lint rules of this repository's own. */

const ENGINE_FUNCTIONS = new Set(
  'exp expm1 log log1p log2 log10 pow sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh cbrt hypot'.split(
    ' ',
  ),
);

const nameOf = ({ computed, key, property }) => {
  const name = key ?? property;
  if (!computed && name.type === 'Identifier') return name.name;
  return name.type === 'Literal' ? name.value : undefined;
};

/** What an expression is behind parentheses, assertions of types and commas. */
const plain = (node) => {
  switch (node?.type) {
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
    case 'ParenthesizedExpression':
    case 'ChainExpression':
      return plain(node.expression);
    case 'SequenceExpression':
      return plain(node.expressions.at(-1));
    default:
      return node;
  }
};

/** `Math`, or `globalThis.Math` and the like. */
const isMath = (node) => {
  const own = plain(node);
  return own?.type === 'MemberExpression' ? nameOf(own) === 'Math' : own?.type === 'Identifier' && own.name === 'Math';
};

/** 2 to the power of a whole number, both written out: exact on every engine, and the clearest way to write such numbers. */
const isPowerOfTwo = ({ operator, left, right }) => {
  const exponent = right.type === 'UnaryExpression' && right.operator === '-' ? right.argument : right;
  return operator === '**' && left.value === 2 && Number.isInteger(exponent.value);
};

/** Engines differ in the last bits of these functions, and of `**`, which is one of them; ours do not. */
const oneArithmetic = {
  create(context) {
    const refuse = (node, name) =>
      context.report({ node, message: `Engines differ in the last bits of ${name}: use what @ndl/numerics exports.` });
    const checkPower = (node) => {
      const isPower = node.operator === '**' || node.operator === '**=';
      if (isPower && !isPowerOfTwo(node)) refuse(node, '**');
    };
    /** Handed on as a whole, it could be used by any name. */
    const checkHandedOn = (node) => {
      if (node !== null && node !== undefined && isMath(node)) refuse(node, 'Math');
    };
    /** What is taken out of it by name. */
    const checkPattern = (pattern, value) => {
      if (!isMath(value)) return;
      const properties = pattern.type === 'ObjectPattern' ? pattern.properties : [pattern];
      for (const property of properties) {
        const name = property.type === 'Property' ? nameOf(property) : undefined;
        if (name === undefined || ENGINE_FUNCTIONS.has(name)) refuse(property, `Math.${name ?? '[…]'}`);
      }
    };
    /** `{ Math: own }` of anything. */
    const checkRenamed = ({ properties }) => {
      for (const property of properties)
        if (property.type === 'Property' && nameOf(property) === 'Math') refuse(property, 'Math');
    };
    return {
      BinaryExpression: checkPower,
      AssignmentExpression(node) {
        checkPower(node);
        checkPattern(node.left, node.right);
      },
      AssignmentPattern: ({ left, right }) => checkPattern(left, right),
      MemberExpression(node) {
        if (!isMath(node.object)) return;
        const name = nameOf(node);
        if (name === undefined || ENGINE_FUNCTIONS.has(name)) refuse(node, `Math.${name ?? '[…]'}`);
      },
      VariableDeclarator: ({ id, init }) => checkPattern(id, init),
      ObjectPattern: checkRenamed,
      Property: ({ value }) => checkHandedOn(value),
      PropertyDefinition: ({ value }) => checkHandedOn(value),
      CallExpression: (node) => node.arguments.forEach(checkHandedOn),
      NewExpression: (node) => node.arguments.forEach(checkHandedOn),
      ArrayExpression: ({ elements }) => elements.forEach(checkHandedOn),
      SpreadElement: ({ argument }) => checkHandedOn(argument),
      ReturnStatement: ({ argument }) => checkHandedOn(argument),
      ArrowFunctionExpression: ({ body }) => checkHandedOn(body),
      LogicalExpression({ left, right }) {
        checkHandedOn(left);
        checkHandedOn(right);
      },
      ConditionalExpression({ consequent, alternate }) {
        checkHandedOn(consequent);
        checkHandedOn(alternate);
      },
    };
  },
};

export default { meta: { name: 'ndl' }, rules: { 'one-arithmetic': oneArithmetic } };
