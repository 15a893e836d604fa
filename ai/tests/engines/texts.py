"""The real texts that the engine is judged on, and two in the manner of a school book."""

from pathlib import Path

_PROJECT = Path(__file__).parents[3]

MATERIAL_KNOWLEDGE = (_PROJECT / "demo" / "texts" / "material-knowledge.txt").read_text()
ORIGIN_OF_SPECIES = (_PROJECT / "tests" / "texts" / "origin-of-species.txt").read_text()

LEAVES = """
# Photosynthesis

Photosynthesis is a process used by plants and other organisms to convert light energy into chemical energy.
Leaves contain a green pigment that absorbs mostly blue and red light and that is called chlorophyll. Leaves look
green because chlorophyll reflects green light. Jan Ingenhousz discovered in 1779 that plants produce oxygen only in
sunlight. Plants keep the energy of light in adenosine triphosphate (ATP) and in sugar. Melvin Calvin received the Nobel Prize in
Chemistry in 1961 for mapping the path of carbon through the cycle. The word was coined in 1893 by a botanist.

## Light reactions

The light reactions take place in the thylakoid membranes of the chloroplast. They produce ATP and NADPH.
The Calvin cycle uses ATP and NADPH to fix carbon dioxide into sugar. Rubisco is the most abundant enzyme on
Earth. Desert plants such as cacti open their stomata at night because the cooler air reduces water loss.

- Cellular respiration releases energy from glucose.
- Mitochondria are organelles that produce most of the energy of the cell.
"""

MONEY = """
A central bank is an institution that manages the currency and the monetary policy of a state. The oldest
central bank is the Swedish Riksbank, which was founded in 1668. The Bank of England followed in 1694, and it
served as a model for most later central banks. The Federal Reserve System of the United States was created by
the Federal Reserve Act of 1913. The European Central Bank (ECB) has its seat in Frankfurt and began its work
on 1 June 1998.

Monetary policy is the set of measures by which a central bank influences the supply of money. The main
instrument is the interest rate at which commercial banks borrow from it. When the central bank raises the
rate, loans become more expensive, and households and companies spend less. Inflation is a general rise in the
level of prices. Most central banks aim at an inflation rate of about 2 percent. Deflation is a general fall
of prices and is feared because people postpone their purchases.

Commercial banks must keep a share of their deposits as reserves. In the euro area the reserve requirement has
been 1 percent since 2012; before that it was 2 percent. The gross domestic product (GDP) measures the value
of all goods and services that a country produces in one year. A recession is a period in which the gross
domestic product shrinks for two quarters in a row.

A central bank also acts as the lender of last resort. Walter Bagehot described this role in his book Lombard
Street, which appeared in 1873. He advised that a central bank should lend freely, against good collateral and
at a high rate. During the financial crisis of 2008 the Federal Reserve lowered its rate from 5.25 percent to
nearly zero. Quantitative easing is the purchase of bonds by a central bank in order to lower long-term
interest rates. The Bank of Japan used it for the first time in 2001.

In Belgium, commercial banks held 40 percent of the bonds. Independence protects a central bank from
governments that would like to print money. The president of the European Central Bank serves for eight years
and cannot be reappointed. The Maastricht Treaty of 1992 forbids the bank to finance governments.
"""
