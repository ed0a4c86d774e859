"""Gradio's own components in the page's colours and type. Knows the names of style.css's colours."""

from __future__ import annotations

import gradio as gr

# Gradio's variable: the page's. The page's colours change with the scheme themselves, so both schemes name the same.
COLOURS = {
    "body_background_fill": "var(--paper)",
    "body_text_color": "var(--ink)",
    "body_text_color_subdued": "var(--ink-2)",
    "background_fill_primary": "var(--card)",
    "background_fill_secondary": "var(--paper)",
    "block_background_fill": "transparent",
    "block_border_color": "transparent",
    "block_label_background_fill": "transparent",
    "block_label_text_color": "var(--ink-2)",
    "block_title_text_color": "var(--ink)",
    "border_color_primary": "var(--line)",
    "border_color_accent": "var(--accent)",
    "color_accent_soft": "var(--accent-tint)",
    "input_background_fill": "var(--card)",
    "input_background_fill_focus": "var(--card)",
    "input_border_color": "var(--line-2)",
    "input_border_color_focus": "var(--accent)",
    "input_placeholder_color": "var(--ink-2)",
    "button_primary_background_fill": "var(--accent)",
    "button_primary_background_fill_hover": "var(--accent)",
    "button_primary_border_color": "var(--accent)",
    "button_primary_text_color": "var(--accent-ink)",
    "button_primary_text_color_hover": "var(--accent-ink)",
    "button_secondary_background_fill": "var(--card)",
    "button_secondary_background_fill_hover": "var(--accent-tint)",
    "button_secondary_border_color": "var(--line-2)",
    "button_secondary_text_color": "var(--ink)",
    "button_secondary_text_color_hover": "var(--ink)",
    "checkbox_background_color": "var(--card)",
    "checkbox_background_color_selected": "var(--accent)",
    "checkbox_border_color": "var(--line-2)",
    "checkbox_border_color_selected": "var(--accent)",
    "checkbox_label_background_fill": "var(--card)",
    "checkbox_label_background_fill_hover": "var(--accent-tint)",
    "checkbox_label_background_fill_selected": "var(--accent-tint)",
    "checkbox_label_border_color": "var(--line-2)",
    "checkbox_label_text_color": "var(--ink)",
    "checkbox_label_text_color_selected": "var(--ink)",
    "loader_color": "var(--accent)",
}
SHAPES = {
    "block_border_width": "0px",
    "block_padding": "0",
    "block_shadow": "none",
    "input_border_width": "1px",
    "input_shadow": "none",
    "button_border_width": "1px",
    "checkbox_label_border_width": "1px",
}


def theme() -> gr.themes.Base:
    """Return the theme; its fonts are files that Gradio ships whole (its semibold lacks letters), served from here."""
    base = gr.themes.Base(
        font=(gr.themes.LocalFont("IBM Plex Sans", weights=(400, 700)), "system-ui", "sans-serif"),
        font_mono=(gr.themes.LocalFont("IBM Plex Mono", weights=(400,)), "ui-monospace", "monospace"),
        radius_size=gr.themes.sizes.radius_md,
        text_size=gr.themes.sizes.text_md,
    )
    return base.set(**SHAPES, **COLOURS, **{f"{name}_dark": value for name, value in COLOURS.items()})
