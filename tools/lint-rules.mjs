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

/** `Math`, or `globalThis.Math` and the like. */
const isMath = (node) =>
  node?.type === 'MemberExpression' ? nameOf(node) === 'Math' : node?.type === 'Identifier' && node.name === 'Math';

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
    return {
      BinaryExpression: checkPower,
      AssignmentExpression: checkPower,
      MemberExpression(node) {
        if (!isMath(node.object)) return;
        const name = nameOf(node);
        if (name === undefined || ENGINE_FUNCTIONS.has(name)) refuse(node, `Math.${name ?? '[…]'}`);
      },
      VariableDeclarator({ id, init }) {
        if (!isMath(init)) return;
        const properties = id.type === 'ObjectPattern' ? id.properties : [id];
        for (const property of properties) {
          const name = property.type === 'Property' ? nameOf(property) : undefined;
          if (name === undefined || ENGINE_FUNCTIONS.has(name)) refuse(property, `Math.${name ?? '[…]'}`);
        }
      },
    };
  },
};

export default { meta: { name: 'ndl' }, rules: { 'one-arithmetic': oneArithmetic } };
