"""The vision-language-action policy: pictures, joints and a sentence in, a chunk of joint targets out (extra ``vla``)."""
