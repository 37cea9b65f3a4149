"""The publish check for Wagtail: `INSTALLED_APPS += ["healthlint.contrib.wagtail"]` and one mixin.

    from healthlint.contrib.wagtail.mixin import HealthCheckMixin
    class BlogPage(HealthCheckMixin, Page): ...
"""
