"""Writes the JPEGs of this folder, and beside each a PNG of what Pillow (13.0 was used) reads from it in RGB."""

from PIL import Image

picture = Image.new("RGB", (37, 21))
picture.putdata([(7 * x % 256, 12 * y, (x * x + 5 * y) % 256) for y in range(21) for x in range(37)])
picture.save("colour.jpg", quality=90)
picture.save("subsampled.jpg", quality=75, subsampling="4:2:0")
picture.save("progressive.jpg", quality=85, progressive=True)
picture.convert("L").save("grey.jpg")
picture.convert("CMYK").save("cmyk.jpg")
for name in ("colour", "subsampled", "progressive", "grey"):
    Image.open(name + ".jpg").convert("RGB").save(name + ".png")
