"""The style of the profile card: colours follow the theme, and every class begins with ``ad-profile``."""

from __future__ import annotations

__all__ = ["HUES", "STYLE"]

HUES = {
    "number": "#3b82f6",
    "money": "#10a37f",
    "label": "#8b5cf6",
    "time": "#d97706",
    "place": "#0d9488",
    "key": "#64748b",
    "person": "#e11d48",
    "plain": "#7c8591",
}
"""A hue for each family of semantic types, readable on light and on dark."""

_TONES = "".join(f".ad-profile-{family}{{--ad-hue:{hue}}}" for family, hue in HUES.items())

STYLE = (
    """<style>
.ad-profile{font:13px/1.45 var(--jp-ui-font-family,system-ui,sans-serif);
color:var(--jp-ui-font-color1,var(--vscode-foreground,inherit));
--ad-line:color-mix(in srgb,currentColor 13%,transparent);
--ad-soft:color-mix(in srgb,currentColor 62%,transparent);
border:1px solid var(--ad-line);border-radius:8px;overflow:hidden;max-width:64rem;margin:4px 0}
.ad-profile-head{display:flex;flex-wrap:wrap;gap:2px 14px;align-items:baseline;padding:10px 14px 8px}
.ad-profile-title{font-size:16px;font-weight:650}
.ad-profile-soft{color:var(--ad-soft)}
.ad-profile-notes{padding:0 14px 9px}
.ad-profile-body{max-height:34rem;overflow:auto;border-top:1px solid var(--ad-line)}
.ad-profile-row{display:grid;grid-template-columns:minmax(8.5rem,1.1fr) 132px minmax(10rem,1.7fr) 6.2rem;
gap:2px 16px;align-items:center;padding:7px 14px;border-bottom:1px solid var(--ad-line)}
.ad-profile-row:last-child{border-bottom:0}
.ad-profile-row:hover{background:color-mix(in srgb,currentColor 4%,transparent)}
.ad-profile-row>div{min-width:0}
.ad-profile-name{font-weight:600;overflow-wrap:anywhere}
.ad-profile-badge{display:inline-block;font-size:11px;line-height:16px;padding:0 7px;border-radius:9px;
background:color-mix(in srgb,var(--ad-hue) 17%,transparent);
color:color-mix(in srgb,var(--ad-hue) 68%,currentColor)}
.ad-profile-dtype{font-size:11px;color:var(--ad-soft);margin-left:5px;overflow-wrap:anywhere}
.ad-profile svg{display:block;width:132px;height:34px}
.ad-profile-ink{fill:var(--ad-hue);fill-opacity:.82}
.ad-profile-base{stroke:var(--ad-hue);stroke-opacity:.45;stroke-width:1}
.ad-profile-facts{overflow-wrap:anywhere}
.ad-profile-facts b{font-weight:600}
.ad-profile-missing{font-size:12px;text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.ad-profile-gauge{height:4px;border-radius:2px;background:var(--ad-line);margin-top:3px;overflow:hidden}
.ad-profile-gauge i{display:block;height:100%;background:var(--jp-warn-color1,#d97706)}
.ad-profile-found{grid-column:1/-1;font-size:12px;color:var(--ad-soft);padding-left:15px;
position:relative;overflow-wrap:anywhere}
.ad-profile-found::before{content:"";position:absolute;left:2px;top:6px;width:6px;height:6px;border-radius:50%;
background:var(--ad-soft);opacity:.5}
.ad-profile-warning::before{background:var(--jp-warn-color1,#d97706);opacity:1}
@media(max-width:620px){.ad-profile-row{grid-template-columns:1fr 132px}}
"""
    + _TONES
    + "</style>"
)
