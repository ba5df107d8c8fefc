"""What rooms, microphones and lines do to a voice. All amounts: ours."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from mien.sense.hearing.features import BANDS, RATE, scaled, unscaled

Sound = NDArray[np.float32]
_MU = 255.0  # of the companding in telephones (ITU-T G.711)


def spoilt(speech: Sound, others: Callable[[], Sound], chance: np.random.Generator) -> Sound:
    """The sound as some microphone might give it, as long and without delay. others: gives people in the room."""
    loud = _level(speech) or 0.05
    heard = speech
    if chance.random() < 0.35:
        heard = room(heard, chance)
    if chance.random() < 0.5:
        heard = heard + at_level(noise(len(heard), chance), loud * _down(chance, 0.0, 35.0))
    if chance.random() < 0.12:
        heard = heard + at_level(others(), loud * _down(chance, 6.0, 30.0))
    if chance.random() < 0.2:
        heard = heard + at_level(music(len(heard), chance), loud * _down(chance, 2.0, 30.0))
    if chance.random() < 0.4:
        heard = line(heard, chance)
    heard = heard / max(float(np.abs(heard).max()), 1e-4) * float(10.0 ** (chance.uniform(-36.0, 0.0) / 20.0))
    if chance.random() < 0.1:
        heard = np.clip(heard * chance.uniform(2.0, 12.0), -1.0, 1.0)
    if chance.random() < 0.15:
        heard = coded(heard, chance)
    return np.asarray(heard, np.float32)


def background(length: int, chance: np.random.Generator) -> Sound:
    """A sound in which nobody speaks: noise, music or both, loud or hardly there."""
    made = noise(length, chance) if chance.random() < 0.7 else music(length, chance)
    if chance.random() < 0.2:
        made = made + music(length, chance)
    return made / max(float(np.abs(made).max()), 1e-4) * np.float32(10.0 ** (chance.uniform(-70.0, -3.0) / 20.0))


def varied(heard: NDArray[np.float32], chance: np.random.Generator) -> NDArray[np.float32]:
    """(n, BANDS) bands as through another microphone, which is cheaper than to spoil their sound anew: louder or
    softer, coloured, and at times with a noise of its own."""
    slope = np.linspace(-1.0, 1.0, BANDS)
    colour = chance.normal(0.0, 4.0) + chance.normal(0.0, 3.0) * slope  # decibels
    colour += chance.normal(0.0, 2.0) * np.cos(np.pi * chance.uniform(0.5, 3.0) * slope + chance.uniform(0.0, 6.0))
    power = unscaled(heard) * (10.0 ** (colour / 10.0))
    if chance.random() < 0.3:
        level = power.mean() * 10.0 ** (-chance.uniform(8.0, 45.0) / 10.0)
        shape = 10.0 ** (chance.normal(0.0, 6.0) * slope / 10.0)
        power += level * shape * chance.gamma(3.0, 1.0 / 3.0, power.shape)
    return scaled(power)


def at_level(sound: Sound, level: float) -> Sound:
    """The sound with this root of its mean square."""
    return np.asarray(sound * (level / max(_level(sound), 1e-6)), np.float32)


def noise(length: int, chance: np.random.Generator) -> Sound:
    """Noise whose spectrum falls by some steepness, swelling a little, with a hum now and then."""
    steep, span = chance.uniform(-0.3, 1.3), _span(length)
    spectrum = np.fft.rfft(chance.standard_normal(span, dtype=np.float32)) / (np.arange(span // 2 + 1) + 1.0) ** steep
    made = np.fft.irfft(spectrum, span)[:length]
    made /= max(float(np.abs(made).max()), 1e-9)
    time = np.arange(length, dtype=np.float32) / RATE
    if chance.random() < 0.4:
        made *= 1.0 + 0.7 * np.sin(2.0 * np.pi * chance.uniform(0.3, 6.0) * time + chance.uniform(0.0, 6.0))
    if chance.random() < 0.15:
        hum = float(chance.choice([50.0, 60.0]))
        made += chance.uniform(0.1, 1.0) * sum(np.sin(2.0 * np.pi * hum * k * time) / k for k in (1, 2, 3))
    if chance.random() < 0.2:  # keys, clicks
        for place in chance.integers(0, length, int(chance.integers(1, 12))):
            click = chance.standard_normal(min(400, length - place)) * np.exp(-np.arange(min(400, length - place)) / 60)
            made[place : place + len(click)] += click * chance.uniform(0.3, 1.5)
    return np.asarray(made, np.float32)


def music(length: int, chance: np.random.Generator) -> Sound:
    """Chords of tones with overtones, one after another, and a beat."""
    made = np.zeros(length)
    beat = int(RATE * chance.uniform(0.2, 0.6))
    root = chance.uniform(55.0, 220.0)
    for start in range(0, length, beat):
        size = min(beat, length - start)
        time = np.arange(size) / RATE
        fade = np.exp(-time * chance.uniform(0.5, 6.0))
        for step in chance.choice([0, 3, 4, 5, 7, 9, 12, 16, 19], int(chance.integers(1, 4))):
            tone = root * 2.0 ** (float(step) / 12.0)
            phase = np.exp(2j * np.pi * tone * time)
            rich = chance.uniform(0.2, 0.8)  # a geometric row of overtones in closed form
            made[start : start + size] += (phase / (1.0 - rich * phase)).imag * fade
        hit = min(size, 1600)
        made[start : start + hit] += (
            chance.standard_normal(hit) * np.exp(-np.arange(hit) / 300.0) * chance.uniform(0, 2)
        )
    return np.asarray(made / max(float(np.abs(made).max()), 1e-9), np.float32)


def room(sound: Sound, chance: np.random.Generator) -> Sound:
    """The sound with its reverberation, up to that of a far microphone in a hall; the direct sound comes at once."""
    seconds, share = chance.uniform(0.1, 0.7), chance.uniform(0.05, 1.2)
    size = int(seconds * RATE)
    tail = chance.standard_normal(size) * 10.0 ** (-3.0 * np.arange(size) / size)
    tail[: int(RATE * chance.uniform(0.002, 0.02))] = 0.0
    tail *= share / max(float(np.sqrt((tail**2).sum())), 1e-9)
    tail[0] = 1.0
    span = _span(len(sound) + size)
    made = np.fft.irfft(np.fft.rfft(sound, span) * np.fft.rfft(tail, span), span)
    return np.asarray(made[: len(sound)], np.float32)


def line(sound: Sound, chance: np.random.Generator) -> Sound:
    """The sound through a narrow or coloured line: no lows, no highs, one end stronger than the other."""
    span = _span(len(sound))
    hertz = np.fft.rfftfreq(span, 1.0 / RATE)
    low, high = chance.uniform(20.0, 300.0), float(np.exp(chance.uniform(np.log(3200.0), np.log(8000.0))))
    gain = 1.0 / (1.0 + (low / np.maximum(hertz, 1.0)) ** 4) / (1.0 + (hertz / high) ** 12)
    tilt = chance.normal(0.0, 4.0)  # decibels an octave around 1 kHz, held to three octaves
    octaves = np.clip(np.log2(np.maximum(hertz, 1.0) / 1000.0), -3.0, 3.0)
    made = np.fft.irfft(np.fft.rfft(sound, span) * gain * 10.0 ** (tilt * octaves / 20.0), span)
    return np.asarray(made[: len(sound)], np.float32)


def coded(sound: Sound, chance: np.random.Generator) -> Sound:
    """The sound with few steps: companded as telephones do, or plain; or spectra of few steps, as lossy codecs do."""
    kind = chance.random()
    if kind < 0.4:
        squeezed = np.sign(sound) * np.log1p(_MU * np.abs(sound)) / np.log1p(_MU)
        squeezed = np.round(squeezed * 127.0) / 127.0
        return np.asarray(np.sign(squeezed) * np.expm1(np.abs(squeezed) * np.log1p(_MU)) / _MU, np.float32)
    if kind < 0.6:
        steps = 2.0 ** chance.integers(6, 11)
        return np.asarray(np.round(sound * steps) / steps, np.float32)
    size = 512
    whole = len(sound) // size * size
    spectrum = np.fft.rfft(sound[:whole].reshape(-1, size), axis=1)
    step = np.abs(spectrum).max(axis=1, keepdims=True) * chance.uniform(0.01, 0.08) + 1e-9
    rough = np.round(spectrum.real / step) * step + 1j * np.round(spectrum.imag / step) * step
    return np.concatenate([np.fft.irfft(rough, size, axis=1).reshape(-1), sound[whole:]]).astype(np.float32)


def _down(chance: np.random.Generator, least: float, most: float) -> float:
    """A factor by this many decibels down."""
    return float(10.0 ** (-chance.uniform(least, most) / 20.0))


def _span(length: int) -> int:
    """A length of Fourier transforms that is quick: a power of two, or one and a half of it."""
    power = 1 << (length - 1).bit_length()
    return power * 3 // 4 if length <= power * 3 // 4 else power


def _level(sound: Sound) -> float:
    return float(np.sqrt(np.square(sound, dtype=np.float64).mean()))
