#!/bin/sh
# Stands for the real deployment of the functions.
echo "deployed the functions for $ENVIRONMENT"
