"""Who searches when.

A search has rounds, one after the other, and every source has its turn in one of them.
"""

import itertools


def by_share(targets):
    """Each target as often as its share says, and none twice in a row if that can be."""
    left = {target: target.share for target in targets}
    order = []
    while any(left.values()):
        candidates = [target for target in targets if left[target] and target not in order[-1:]]
        order.append(max(candidates or order[-1:], key=left.get))
        left[order[-1]] -= 1
    return order


def rounds(targets, testers, jobs):
    """For each round a list of sources, one for each job.

    testers: the random tester against each implementation, which have their turns.
    """
    tester = itertools.cycle(testers)
    if jobs == 1:
        return [[source] for target in targets for source in (target, next(tester))]
    if jobs <= len(targets):
        order = by_share(targets)
        beside = jobs - 1
        return [[order[at], next(tester), *order[at + 1:at + beside]] for at in range(0, len(order), beside)]
    # Everybody has a process at least, and those that come first have more.
    everybody = [targets[0], None, *targets[1:]]
    return [[source or next(tester) for source in itertools.islice(itertools.cycle(everybody), jobs)] for _ in testers]
