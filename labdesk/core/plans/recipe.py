"""A recipe: how much to generate and how to train, as data that a person can read, copy and change.

Measured with SmolLM2-135M on a leaf by somebody else (18 reworded questions; 20 general ones, 12 right before):

    rows per step   tokens   steps   leaf        general
    8               46,000   172     11 of 18    11 of 20
    4               44,000   315     14 of 18    12 of 20

Smaller steps teach more in the same time: a student this small needs steps, not smooth gradients (but the shared
prefix is computed once a step, so fewer than four rows cost more than they bring). With 20 wordings of each seed and
nothing else 11 of 15 reworded questions were right; with the sentences of the document as answers to questions made by
rule 13 of 15, and half of the questions that no seed asks (0 without). Without replay general answers collapse into the
new facts; one visit in five keeps them where they were.

Leaves by people who have not seen the rules, three rewordings of each of 15 facts, merged GGUF in plain llama.cpp,
one run each. Cue questions as they were, 3 visits a statement: bakery 33 of 45. Cues that keep words which question
and answer share, 5 visits: 36 (with and without blur). The subject anywhere in a cue, 6 visits: 41. The last rules:
an island that nobody had looked at 35; a machine's manual, asked in chatty questions of two sentences, 29 before
these had cues too. 20 wordings a fact and no cues: 26.

The skills phase, starter workspace: knowledge leaf, grounded skill, freeform skill, general questions (before: 60 %).
After phase one 93, 0, 0, 70. From there, one run each:

    skills   rehearsal   rate     tokens   at the end
    0.18     0.45        1.5e-4    9,700   80,   0,  25, 70
    0.18     0.45        1.0e-4    9,700   80,   0,   0, 70
    0.30     0.50        1.5e-4   16,100   80,  50, 100, 75
    0.30     0.50        3.0e-4   16,100   87,  75, 100, 70

What costs knowledge is not the rate: a long phase that is half rehearsal keeps more than a short careful one. With
names and numbers exchanged in the grounded seeds and the same share for every skill leaf: 87, 100, 100, 60. With near
words in the cues (`english-near.txt`), 70,000 tokens and rehearsal in the shares of phase one: 93, 100, 100, 75 (13.5
minutes); the manual above 27 of 45 instead of 23. What did not help the manual, one run each, 27 with near words alone:
100 visits a seed 28, no statements 24, rows weighted by the length of their answers 25. Adapters on the upper 20 of 30
blocks only end alike (87, 100, 75, 70; 28) and take three quarters of the time.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
import yaml

from labdesk.core.errors import GenerationError


class Recipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One recipe. Shares are between 0 and 1; tokens are tokens that the trainer computes, without the shared prefix.

    tokens                 at most so many are trained on, both phases together (the time budget: about 110 a second
                           for SmolLM2-135M on 2 cores)
    visits_per_seed        how often the student meets each seed's fact, in as many wordings as there are
    visits_per_statement   the same for each sentence of a source document
    visits_per_skill       the same for each skill sample
    seed_share             what seeds keep of the budget when documents are long
    short_first            share of the short answers that come before any long one
    replay_share           share of visits that are general questions, against forgetting
    rehearsal_share        share of the skills phase that repeats the knowledge phase
    skills_share           share of the budget for the skills phase when both phases have something
    replay_tokens          general answers of the student are cut to so many tokens
    blur                   noise on the questions' embeddings while learning, against learning them by their very words
    learning_rate, rank, alpha, batch_size, warmup, schedule   as in PhasePlan and TrainingPlan
    """

    name: str = "laptop"
    title: str = ""
    tokens: int = 43_000
    visits_per_seed: int = 36
    visits_per_statement: int = 22
    visits_per_skill: int = 6
    seed_share: float = 0.45
    short_first: float = 0.2
    replay_share: float = 0.2
    rehearsal_share: float = 0.3
    skills_share: float = 0.3
    replay_prompts: int = 48
    replay_tokens: int = 24
    learning_rate: float = 5e-4
    skills_learning_rate: float = 3e-4
    rank: int = 16
    alpha: float = 32.0
    batch_size: int = 4
    blur: float = 0.5
    warmup: float = 0.05
    schedule: str = "cosine"


def read_recipe(path: Path) -> Recipe:
    """Read a recipe from YAML. Raises GenerationError that says what is wrong in the file."""
    try:
        recipe = msgspec.convert(yaml.safe_load(path.read_bytes()), Recipe)
    except (OSError, yaml.YAMLError, msgspec.ValidationError) as error:
        raise GenerationError(
            f"The recipe “{path.name}” cannot be used.",
            cause=str(error),
            remedy="Correct the file or choose another recipe.",
        ) from error
    shares = recipe.replay_share + recipe.rehearsal_share
    if not 0 <= recipe.replay_share < 1 or not shares < 1 or recipe.tokens <= 0:
        raise GenerationError(
            f"The recipe “{path.name}” cannot be used.",
            cause="Shares must be between 0 and 1 and leave room for what is taught; tokens must be more than 0.",
            remedy="Correct the file or choose another recipe.",
        )
    return recipe
