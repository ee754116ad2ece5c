#!/bin/bash
# write_sets.sh FOLDER: writes small sets of our own in the form of those that the text model learns from
# (see src/learn/text_sets.c), to try the trainer where the real ones are not. Every fourth sentence
# is for development.
set -eu
folder=$1 sentences=$(dirname "$0")/sentences.tsv

# write_set COLUMN NAME PART...: the label's column of sentences.tsv, the set, its files
write_set() {
    local column=$1 name=$2 part
    mkdir -p "$folder/text/$name"
    for part in "${@:3}"; do
        awk -F'\t' -v OFS='\t' -v column="$column" -v train="$([[ $part == train ]] && echo 1)" \
            '(NR % 4 != 0) == (train == 1) { print $column, $5 }' "$sentences" >"$folder/text/$name/$part.tsv"
    done
}

for name in tweeteval_sentiment sent_amazon sent_yelp sent_imdb; do write_set 1 $name train dev; done
for name in sst2 mpqa; do write_set 1 $name dev test; done
write_set 1 alexa test
for name in tweets amazonReviewSnippets movieReviewSnippets nytEditorialSnippets; do write_set 2 vadergt_$name train dev; done
for name in goemotions xed_{cs,de,en,es,fi,fr,it,nl,pl,pt,ru,sv,tr}; do write_set 3 $name train dev; done
for name in bitext8k banking77 clinc150 clinc150_oos hwu64 snips; do write_set 4 $name train dev; done

mkdir -p "$folder/text/lexicon" "$folder/lexicon"
printf '%s\t%s\n' pos good pos great neg awful neg terrible >"$folder/text/lexicon/train.tsv"
printf '%s\t%s\n' good 1.9 great 3.1 kind 2.4 love 3.2 awful -2.0 terrible -2.1 rude -2.0 sad -2.1 >"$folder/lexicon/vader.tsv"
printf '%s\t%s\t%s\t%s\t%s\n' good JJ 0.7 0.6 1.0 dirty JJ -0.6 0.8 1.0 fair JJ 0.7 0.9 1.0 >"$folder/lexicon/textblob.tsv"
printf '%s %s\n' kind nice great fine rude impolite dirty filthy >"$folder/lexicon/ppdb_synonyms.txt"
printf '%s %s\n' good bad kind rude >"$folder/lexicon/ppdb_antonyms.txt"
