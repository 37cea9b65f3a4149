# What Django needs to know to make the tables; written by makemigrations.

import django.db.models.deletion
import healthlint.contrib.wagtail.mixin
import modelcluster.fields
import wagtail.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('wagtailcore', '0098_apitoken'),
        ('wagtailimages', '0027_image_description'),
    ]

    operations = [
        migrations.CreateModel(
            name='HastyPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('text', wagtail.fields.RichTextField(blank=True)),
            ],
            options={
                'abstract': False,
            },
            bases=(healthlint.contrib.wagtail.mixin.HealthCheckMixin, 'wagtailcore.page'),
        ),
        migrations.CreateModel(
            name='PlainPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('text', wagtail.fields.RichTextField(blank=True)),
            ],
            options={
                'abstract': False,
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='TreatmentPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('intro', wagtail.fields.RichTextField(blank=True)),
                ('notes', models.TextField(blank=True)),
                ('css_class', models.CharField(blank=True, max_length=100)),
                ('kind', models.CharField(blank=True, choices=[('safe', 'Absolutely safe')], max_length=20)),
                ('more', models.URLField(blank=True)),
                ('body', wagtail.fields.StreamField([('heading', 0), ('line', 0), ('paragraph', 1), ('text', 2), ('quote', 3), ('raw', 4), ('link', 5), ('question', 7), ('questions', 8), ('points', 9), ('section', 10), ('table', 11), ('typed', 12), ('picture', 13), ('figure', 14)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {}), 1: ('wagtail.blocks.RichTextBlock', (), {}), 2: ('wagtail.blocks.TextBlock', (), {}), 3: ('wagtail.blocks.BlockQuoteBlock', (), {}), 4: ('wagtail.blocks.RawHTMLBlock', (), {}), 5: ('wagtail.blocks.URLBlock', (), {}), 6: ('wagtail.blocks.RichTextBlock', (), {'required': False}), 7: ('wagtail.blocks.StructBlock', [[('question', 0), ('answer', 6)]], {}), 8: ('wagtail.blocks.ListBlock', (7,), {}), 9: ('wagtail.blocks.ListBlock', (0,), {}), 10: ('wagtail.blocks.StreamBlock', [[('text', 2), ('faq', 7)]], {}), 11: ('wagtail.contrib.table_block.blocks.TableBlock', (), {}), 12: ('wagtail.contrib.typed_table_block.blocks.TypedTableBlock', [[('text', 0), ('rich', 1)]], {}), 13: ('wagtail.images.blocks.ImageChooserBlock', (), {}), 14: ('wagtail.images.blocks.ImageBlock', [], {})})),
                ('picture', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailimages.image')),
            ],
            options={
                'abstract': False,
            },
            bases=(healthlint.contrib.wagtail.mixin.HealthCheckMixin, 'wagtailcore.page'),
        ),
        migrations.CreateModel(
            name='Step',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sort_order', models.IntegerField(blank=True, editable=False, null=True)),
                ('words', models.CharField(max_length=200)),
                ('page', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='clinic.treatmentpage')),
            ],
            options={
                'ordering': ['sort_order'],
                'abstract': False,
            },
        ),
    ]
