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
for name in goemotions goemotions_ekman xed_{cs,de,en,es,fi,fr,it,nl,pl,pt,ru,sv,tr}; do write_set 3 $name train dev; done
for name in bitext8k banking77 clinc150 clinc150_oos hwu64 snips; do write_set 4 $name train dev; done

mkdir -p "$folder/text/lexicon" "$folder/lexicon"
printf '%s\t%s\n' pos good pos great neg awful neg terrible >"$folder/text/lexicon/train.tsv"
printf '%s\t%s\n' good 1.9 great 3.1 kind 2.4 love 3.2 awful -2.0 terrible -2.1 rude -2.0 sad -2.1 >"$folder/lexicon/vader.tsv"
printf '%s\t%s\t%s\t%s\t%s\n' good JJ 0.7 0.6 1.0 dirty JJ -0.6 0.8 1.0 fair JJ 0.7 0.9 1.0 >"$folder/lexicon/textblob.tsv"
printf '%s %s\n' kind nice great fine rude impolite dirty filthy >"$folder/lexicon/ppdb_synonyms.txt"
printf '%s %s\n' good bad kind rude >"$folder/lexicon/ppdb_antonyms.txt"

# A dictionary in the form of WordNet's: two synsets of adjectives, opposite, a noun derived from one, an adverb
mkdir -p "$folder/wordnet"
echo '00000001 00 a 02 good 0 fine 0 002 ! 00000002 a 0101 + 00000001 n 0101 | as wished' >"$folder/wordnet/data.adj"
echo '00000002 00 a 02 bad 0 awful(p) 0 001 ! 00000001 a 0101 | not as wished' >>"$folder/wordnet/data.adj"
echo '00000001 00 n 02 goodness 0 good_turn 0 001 + 00000001 a 0101 | what good people have' >"$folder/wordnet/data.noun"
echo '00000001 00 r 01 kindly 0 000 | in a kind way' >"$folder/wordnet/data.adv"
echo '00000001 00 v 01 adore 0 000 01 + 08 00 | love much' >"$folder/wordnet/data.verb"
