#!/usr/bin/python3
"""What configs/iris.ini does, as a scikit-learn script: the opponent of the start-up goal.

    iris_sklearn.py IRIS_CSV
"""

import sys
import warnings

import numpy
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

warnings.simplefilter("ignore", ConvergenceWarning)  # 100 epochs on purpose
table = numpy.genfromtxt(sys.argv[1], delimiter=",", skip_header=1, dtype=str)
x, y = table[:, :-1].astype(float), table[:, -1]
train_x, test_x, train_y, test_y = train_test_split(x, y, test_size=0.3, stratify=y, random_state=42)
network = MLPClassifier(
    (16,), solver="adam", learning_rate_init=0.01, batch_size=16, max_iter=100, n_iter_no_change=101, random_state=42
)
model = make_pipeline(StandardScaler(), network).fit(train_x, train_y)
print(f"accuracy {model.score(test_x, test_y):.4f}")
