/** @file What a network holds, by kind and in the order of creation. */
import type { Member } from '../objects/objects.ts';

type ListOf<Kind extends Member['kind']> = readonly Extract<Member, { readonly kind: Kind }>[];

/** The lists of a network. Those that it hands out are frozen, and stay as they were. */
export class MemberLists {
  readonly #lists = new Map<Member['kind'], Member[]>();
  /** Frozen copies of the lists, as long as nothing is added. */
  readonly #handedOut = new Map<Member['kind'], readonly Member[]>();
  /** Places of members in their lists; undefined until someone asks, and where a removal has moved some. */
  #places: Map<Member, number> | undefined;

  add(member: Member): void {
    const list = this.#lists.get(member.kind);
    if (list === undefined) this.#lists.set(member.kind, [member]);
    else list.push(member);
    this.#places?.set(member, this.count(member.kind) - 1);
    this.#handedOut.delete(member.kind);
  }

  remove(member: Member): void {
    const list = this.#lists.get(member.kind) ?? [];
    this.#lists.set(
      member.kind,
      list.filter((other) => other !== member),
    );
    this.#places = undefined;
    this.#handedOut.delete(member.kind);
  }

  /** Place of a member in its list, -1 for what is not in it. */
  indexOf(member: Member): number {
    this.#places ??= new Map([...this.#lists.values()].flatMap((list) => list.map((other, place) => [other, place])));
    return this.#places.get(member) ?? -1;
  }

  /** Number of members of a kind. */
  count(kind: Member['kind']): number {
    return this.#lists.get(kind)?.length ?? 0;
  }

  of<Kind extends Member['kind']>(kind: Kind): ListOf<Kind> {
    const known = this.#handedOut.get(kind);
    const list = known ?? Object.freeze([...(this.#lists.get(kind) ?? [])]);
    if (known === undefined) this.#handedOut.set(kind, list);
    return list as ListOf<Kind>;
  }
}
