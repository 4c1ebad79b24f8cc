"""What a text is about, in the customer's own words, Chinese or English: suggestions with the clause that caused them.

    model = Model.from_bytes(stored)
    model.suggest(text)                       # at most three `Suggestion`, the likeliest first
    alarms(text)                              # threats, blackmail, somebody in danger
    similarity(text, others)                  # 0..1 each: has this been said before?

Serving needs numpy only. `guanxi.engine.intake.training` makes models and loads scikit-learn: import it in a job.
"""

from guanxi.engine.intake.alarms import Alarm, alarms
from guanxi.engine.intake.lexicon import Lexicon
from guanxi.engine.intake.likeness import SAME, similarity
from guanxi.engine.intake.model import Model, ModelRefused, Suggestion

__all__ = ["SAME", "Alarm", "Lexicon", "Model", "ModelRefused", "Suggestion", "alarms", "similarity"]
