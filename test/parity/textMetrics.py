"""What sacrebleu and rouge-score measure of texts, for the tests that compare this product with them.

    python test/parity/textMetrics.py COMMAND ARGUMENT OUT

Environment A of scripts/python.sh; questions.py says how it is asked.

    bleu CORPUS         {score, tokens}: sacrebleu's corpus BLEU by default, 0 to 100; tokens of each hypothesis by its tokenizer
    rouge CORPUS        {rouge1, rouge2, rougeL}: F1 of each text, of several references the best

CORPUS   [{"hypothesis": "..", "references": ["..", ..]}]
"""

from rouge_score.rouge_scorer import RougeScorer
from sacrebleu.metrics import BLEU

from questions import main


def bleu(corpus):
    metric = BLEU()
    streams = max(len(each["references"]) for each in corpus)
    # Texts with fewer references have None in the streams of the others.
    references = [[dict(enumerate(each["references"])).get(i) for each in corpus] for i in range(streams)]
    hypotheses = [each["hypothesis"] for each in corpus]
    return {
        "score": metric.corpus_score(hypotheses, references).score,
        "tokens": [metric._preprocess_segment(text).split(" ") if text.strip() else [] for text in hypotheses],
    }


def rouge(corpus):
    names = ["rouge1", "rouge2", "rougeL"]
    scorer = RougeScorer(names, use_stemmer=False)
    scores = [scorer.score_multi(each["references"], each["hypothesis"]) for each in corpus]
    return {name: [float(score[name].fmeasure) for score in scores] for name in names}


COMMANDS = {"bleu": bleu, "rouge": rouge}


if __name__ == "__main__":
    main(COMMANDS, __doc__)
